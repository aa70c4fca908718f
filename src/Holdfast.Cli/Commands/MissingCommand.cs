using System.CommandLine;
using Holdfast.Cli.Hosting;

namespace Holdfast.Cli.Commands;

/// <summary>A command of the contract that this version does not have yet: it says so, whatever follows it.</summary>
internal sealed class MissingCommand : Command
{
    public MissingCommand(string name, string description, string advice)
        : base(name, description + " (not in this version yet)")
    {
        TreatUnmatchedTokensAsErrors = false;
        SetAction(Task<int> (_, _) => throw new UsageException($"'{name}' is not in this version yet; {advice}"));
    }
}
