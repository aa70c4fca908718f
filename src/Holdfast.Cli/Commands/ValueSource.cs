using System.CommandLine;
using System.Text;
using Holdfast.Cli.Hosting;

namespace Holdfast.Cli.Commands;

/// <summary>Where the value of a put or append comes from: the argument, a file, or standard input.</summary>
internal static class ValueSource
{
    public static void AddValue(this Command command)
    {
        command.Arguments.Add(Switches.Key);
        command.Arguments.Add(Switches.Value);
        command.Options.Add(Switches.File);
        command.Validators.Add(result =>
        {
            bool file = result.GetResult(Switches.File) is not null;
            bool argument = result.GetValue(Switches.Value) is not null;
            if (file == argument)
            {
                result.AddError(file
                    ? "give the value or --file, not both"
                    : "the value is missing: give it, or --file FILE (- is standard input)");
            }
        });
    }

    public static async Task<byte[]> ReadAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.Flags.GetValue(Switches.File) is not { } path)
        {
            return Encoding.UTF8.GetBytes(call.Flags.GetValue(Switches.Value)!);
        }

        if (path != "-")
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }

        using var all = new MemoryStream();
        await call.Host.Input.CopyToAsync(all, cancellationToken);
        return all.ToArray();
    }
}
