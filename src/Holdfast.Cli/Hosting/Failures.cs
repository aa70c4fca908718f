namespace Holdfast.Cli.Hosting;

/// <summary>The program was called in a way that it does not understand: exit status 2.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The operation failed: exit status 1.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);

/// <summary>The exit statuses of the contract.</summary>
internal static class ExitStatus
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
}
