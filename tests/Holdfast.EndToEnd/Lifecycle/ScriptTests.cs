using System.Diagnostics;
using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Lifecycle;

/// <summary>The <c>./holdfast</c> script, with a stand-in for the compiler that counts how often it is asked.</summary>
public sealed class ScriptTests
{
    private const string Stub = """
        #!/usr/bin/env bash
        if [ "$1" = publish ]; then
          echo built >>"$(dirname "$0")/builds"
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
        Assert.Equal(2, (await File.ReadAllLinesAsync(folder["builds"])).Length);
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

    private static async Task<Ended> OutputOfAsync(Process process) => (await Tool.EndOfAsync(
        process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync())).Succeeded();
}
