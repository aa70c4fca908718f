using System.Diagnostics;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Lifecycle;

/// <summary>
/// The <c>./holdfast</c> script, with a stand-in for the compiler that notes where it worked whenever it is asked, fails on what a broken-off
/// build left there, and is broken off, with the script, when there is a file named <c>break</c>.
/// </summary>
public sealed class ScriptTests
{
    private const string Stub = """
        #!/usr/bin/env bash
        if [ "$1" = publish ]; then
          while [ "$1" != --artifacts-path ]; do shift; done
          echo "$2" >>"$(dirname "$0")/builds"
          mkdir -p "$2" && mkdir "$2/half" || exit 1
          if [ -f "$(dirname "$0")/break" ]; then kill -KILL "$PPID"; exit 1; fi
          rmdir "$2/half"
          while [ "$1" != -o ]; do shift; done
          mkdir -p "$2" && touch "$2/holdfast.dll"
        else
          echo "$$ $2 $3"
        fi
        """;

    [FactNeeding("bash", "flock")]
    public async Task Three_that_start_at_once_build_once_and_become_the_program()
    {
        using TemporaryFolder folder = Sources();
        Process[] all = [.. Enumerable.Range(0, 3).Select(_ => Start(folder))];
        foreach (Process process in all)
        {
            using (process)
            {
                Assert.Equal($"{process.Id} server --id\n", (await OutputOfAsync(process)).Out);
            }
        }

        Assert.Single(await File.ReadAllLinesAsync(folder["builds"]));
    }

    [FactNeeding("bash", "flock")]
    public async Task It_builds_again_only_when_a_source_changed()
    {
        using TemporaryFolder folder = Sources();
        await RunAsync(folder);
        await RunAsync(folder);
        Assert.Single(await File.ReadAllLinesAsync(folder["builds"]));
        await File.WriteAllTextAsync(folder[Path.Combine("src", "Some.cs")], "changed");
        await RunAsync(folder);
        await RunAsync(folder);
        string[] places = await File.ReadAllLinesAsync(folder["builds"]);
        Assert.Equal(2, places.Length);
        Assert.True(places[0] == places[1], "the second build can take what the first one made");
    }

    [FactNeeding("bash", "flock")]
    public async Task What_a_build_that_was_broken_off_left_is_not_built_upon()
    {
        using TemporaryFolder folder = Sources();
        await RunAsync(folder);
        await File.WriteAllTextAsync(folder[Path.Combine("src", "Some.cs")], "changed");
        await File.WriteAllTextAsync(folder["break"], string.Empty);
        using (Process broken = Start(folder))
        {
            Assert.NotEqual(0, (await EndOfAsync(broken)).Status);
        }

        File.Delete(folder["break"]);
        await RunAsync(folder);
        string[] places = await File.ReadAllLinesAsync(folder["builds"]);
        Assert.Equal(3, places.Length);
        Assert.Equal([places[2]], Directory.GetDirectories(folder[Path.Combine(".build", "artifacts")]));
    }

    [FactNeeding("bash", "flock")]
    public async Task A_clone_that_was_moved_runs_and_builds_in_its_new_place()
    {
        using TemporaryFolder old = Sources();
        await RunAsync(old);
        using var folder = new TemporaryFolder();
        foreach (string entry in Directory.GetFileSystemEntries(old.Path))
        {
            Directory.Move(entry, folder[Path.GetFileName(entry)]);
        }

        await RunAsync(folder);
        Assert.Single(await File.ReadAllLinesAsync(folder["builds"]));
        await File.WriteAllTextAsync(folder[Path.Combine("src", "Some.cs")], "changed");
        await RunAsync(folder);
        string[] places = await File.ReadAllLinesAsync(folder["builds"]);
        Assert.Equal([places[1]], Directory.GetDirectories(folder[Path.Combine(".build", "artifacts")]));
    }

    private static TemporaryFolder Sources()
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["src"]);
        foreach (string name in (string[])["Some.props", "global.json", ".editorconfig", Path.Combine("src", "Some.cs")])
        {
            File.WriteAllText(folder[name], string.Empty);
        }

        File.Copy(Path.Combine(Repository.Root, "holdfast"), folder["holdfast"]);
        File.WriteAllText(folder["dotnet"], Stub);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder["dotnet"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return folder;
    }

    private static async Task RunAsync(TemporaryFolder folder)
    {
        using Process process = Start(folder);
        await OutputOfAsync(process);
    }

    /// <summary>The script finds the stand-in first; <c>env</c> becomes what it starts, so that the pid is the script's.</summary>
    private static Process Start(TemporaryFolder folder) => Tool.Start(
        "env", [$"PATH={folder.Path}:{Environment.GetEnvironmentVariable("PATH")}", folder["holdfast"], "server", "--id"]);

    private static async Task<Ended> OutputOfAsync(Process process) => (await EndOfAsync(process)).Succeeded();

    private static Task<Ended> EndOfAsync(Process process) => Tool.EndOfAsync(
        process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
}
