using System.Globalization;
using Holdfast.Bench.Listener;
using Holdfast.Net.Listening;
using Holdfast.Net.Loop;

// Serves an empty RESP handler behind the real listener, on the main thread: <port> [<microseconds to poll at most before sleeping>].
// bench/listener.sh compares it with redis-server.
int port = int.Parse(args[0], CultureInfo.InvariantCulture);
int poll = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 0;
using var loop = new EventLoop(new EventLoopOptions { Observer = new ConsoleObserver(), MaxPollMicros = poll });
using PortListener listener = PortListener.Open(
    loop,
    new ListenerOptions
    {
        Addresses = ListenerOptions.AddressesFor(bind: null, port),
        Handlers = protocol => protocol == Protocol.Resp ? new EmptyRespHandler() : null,
    });
Console.WriteLine($"listening on {string.Join(" and ", listener.EndPoints)}");
loop.Run();
