using System.CommandLine;
using System.CommandLine.Parsing;
using Holdfast.Cli.Hosting;
using Holdfast.Client;

namespace Holdfast.Cli;

/// <summary>Runs one command line, and turns every failure into one line on standard error and an exit status.</summary>
internal static class CliApplication
{
    /// <summary>Words that begin with @ are values, not files of arguments, and -abc is no bundle of flags.</summary>
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>Runs the program with <paramref name="arguments"/>.</summary>
    public static Task<int> RunAsync(IReadOnlyList<string> arguments, CliHost host, CancellationToken cancellationToken) =>
        RunAsync(CommandTree.OfProgram(host), arguments, host, "holdfast", cancellationToken);

    /// <summary>Runs a command of <paramref name="root"/>; <paramref name="speaker"/> begins each line of failure.</summary>
    public static async Task<int> RunAsync(
        RootCommand root, IReadOnlyList<string> arguments, CliHost host, string speaker, CancellationToken cancellationToken)
    {
        try
        {
            ParseResult parsed = root.Parse(arguments, Parser);
            if (parsed.Errors.Count > 0)
            {
                throw new UsageException(Describe(parsed));
            }

            var invocation = new InvocationConfiguration
            {
                Output = host.Out,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (UsageException exception)
        {
            return Fail(host, speaker, exception.Message, ExitStatus.Usage);
        }
        catch (HoldfastException exception)
        {
            return Fail(host, speaker, FailureText.Of(exception), ExitStatus.Failed);
        }
        catch (Exception exception) when (exception is CommandFailedException or IOException or UnauthorizedAccessException)
        {
            return Fail(host, speaker, exception.Message, ExitStatus.Failed);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail(host, speaker, "interrupted; what was on its way may still take effect", ExitStatus.Failed);
        }
        finally
        {
            await host.Out.FlushAsync(CancellationToken.None);
            await host.Error.FlushAsync(CancellationToken.None);
        }
    }

    private static string Describe(ParseResult parsed)
    {
        string help = parsed.CommandResult.Command is RootCommand
            ? "'holdfast --help' lists the commands" : $"see 'holdfast {parsed.CommandResult.Command.Name} --help'";
        if (parsed.CommandResult.Command is not RootCommand)
        {
            return $"{parsed.Errors[0].Message.TrimEnd('.')}; {help}";
        }

        return parsed.UnmatchedTokens is [{ } word, ..] ? $"there is no command '{word}'; {help}" : $"a command is missing; {help}";
    }

    /// <summary>One line, whatever a node or the system put into the message.</summary>
    private static int Fail(CliHost host, string speaker, string message, int status)
    {
        host.Out.Flush();
        host.Error.WriteLine($"{speaker}: {message.ReplaceLineEndings(" ")}");
        return status;
    }
}
