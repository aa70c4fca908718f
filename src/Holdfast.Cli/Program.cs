using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Cli;
using Holdfast.Cli.Hosting;
using Holdfast.Cli.Shell;
using Holdfast.Client;

using var stop = new CancellationTokenSource();
var interrupts = new Interrupts();

void OnSignal(PosixSignalContext context)
{
    // The program ends by itself: a node first hands its leadership over and seals its log.
    context.Cancel = true;
    if (context.Signal != PosixSignal.SIGINT || !interrupts.Raise())
    {
        stop.Cancel();
    }
}

using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

await using Stream output = Console.OpenStandardOutput();
await using var text = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), bufferSize: 16 * 1024);
var host = new CliHost
{
    Input = Console.OpenStandardInput(),
    Output = output,
    Out = text,
    Error = Console.Error,
    Variable = Environment.GetEnvironmentVariable,
    Connect = options => new ClientLease(new HoldfastClient(options), Owned: true),
    Servers = new ServerPrograms(),
    Terminal = Console.IsInputRedirected || Console.IsOutputRedirected ? null : new SystemTerminal(),
    OutputIsTerminal = !Console.IsOutputRedirected,
    ErrorIsTerminal = !Console.IsErrorRedirected,
    Interrupts = interrupts,
};

return await CliApplication.RunAsync(args, host, stop.Token);
