using System.Text;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Shell;
using Holdfast.Client;
using Holdfast.Server;

namespace Holdfast.Cli.Tests.Support;

/// <summary>The program with everything outside it replaced.</summary>
internal sealed class CliRun : IServerPrograms
{
    public MemoryClient Client { get; } = new();

    public Dictionary<string, string> Variables { get; } = [];

    public string Input { get; init; } = string.Empty;

    public ITerminal? Terminal { get; init; }

    /// <summary>The options of the clients that were asked for.</summary>
    public List<HoldfastClientOptions> Connected { get; } = [];

    public ServerOptions? Server { get; private set; }

    public DevOptions? Dev { get; private set; }

    public string Error { get; private set; } = string.Empty;

    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public byte[] OutputBytes { get; private set; } = [];

    /// <summary>Runs the program; gives its exit status. Output gathers over runs.</summary>
    public async Task<int> RunAsync(params string[] arguments)
    {
        using var output = new MemoryStream();
        await using var error = new StringWriter { NewLine = "\n" };
        await using var text = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        var host = new CliHost
        {
            Input = new MemoryStream(Encoding.UTF8.GetBytes(Input)),
            Output = output,
            Out = text,
            Error = error,
            Variable = name => Variables.GetValueOrDefault(name),
            Connect = options =>
            {
                Connected.Add(options);
                return new ClientLease(Client, Owned: true);
            },
            Servers = this,
            Terminal = Terminal,
        };
        int status = await CliApplication.RunAsync(arguments, host, CancellationToken.None);
        OutputBytes = [.. OutputBytes, .. output.ToArray()];
        Error += error.ToString();
        return status;
    }

    public Task<int> RunServerAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        Server = options;
        return Task.FromResult(0);
    }

    public Task<int> RunDevAsync(DevOptions options, CancellationToken cancellationToken)
    {
        Dev = options;
        return Task.FromResult(0);
    }
}
