using System.Globalization;
using Holdfast.Cli.Bench;
using Holdfast.Cli.Bench.Workload;
using Holdfast.Cli.Hosting;

namespace Holdfast.Cli.Settings;

/// <summary>The settings of <c>bench</c>.</summary>
internal static class BenchSettings
{
    private const int MaxClients = 4096;
    private const int MaxLanes = 65_536;

    private static readonly Setting<BenchProtocol> Protocol = new(
        "protocol", "What to speak: resp, http or native (resp)", BenchProtocol.Resp,
        (string text, out BenchProtocol value) => Parsers.Word(
            text, out value, ("resp", BenchProtocol.Resp), ("http", BenchProtocol.Http), ("native", BenchProtocol.Native)),
        "'resp', 'http' or 'native'");

    private static readonly Setting<Mix> Workload = new(
        "workload", "YCSB's a, b, c, d, e, f; or set, get, incr (a)", Known("a"), Mix.TryParse, "'a' to 'f', 'set', 'get' or 'incr'");

    private static readonly Setting<double?> Rate = new(
        "rate", "Operations a second, whatever the answers take: latencies count from when each should have started (as fast as --clients can)",
        null, Parsers.Optional<double>(IsRate), "a number of operations a second");

    private static readonly Setting<int> Clients = new(
        "clients", "The number of connections (64)", 64, Parsers.Between(1, MaxClients), "a number from 1 to 4096");

    private static readonly Setting<int> Pipeline = new(
        "pipeline", "How many operations a connection has on the way at most (1)", 1, Parsers.Between(1, 1024), "a number from 1 to 1024");

    private static readonly Setting<TimeSpan?> Duration = new(
        "duration", "How long to measure (10s, or until --requests are done)", null, Parsers.Optional<TimeSpan>(Parsers.Duration),
        "a time such as 10s or 10m");

    private static readonly Setting<int?> Requests = new(
        "requests", "How many operations to measure", null, Parsers.Optional(Parsers.Between(1, int.MaxValue)), "a number from 1 on");

    private static readonly Setting<TimeSpan> Warmup = new(
        "warmup", "How long to run before measuring; 0s for none (2s)", TimeSpan.FromSeconds(2), IsWarmup, "a time such as 2s");

    private static readonly Setting<int> Keys = new(
        "keys", "The number of keys (100000)", 100_000, Parsers.Between(1, int.MaxValue), "a number from 1 on");

    private static readonly Setting<string> KeyPrefix = new(
        "key-prefix", "What the keys begin with (bench:)", "bench:", IsPrefix, "a text of at most 1000 bytes");

    private static readonly Setting<int> ValueBytes = new(
        "value-bytes", "The length of the values (256)", 256, Parsers.Between(0, 16 * 1024 * 1024), "a number from 0 to 16777216");

    private static readonly Setting<Distribution?> KeyDistribution = new(
        "distribution", "How keys are chosen: uniform, zipfian or latest (by workload)", null,
        Parsers.Optional<Distribution>((string text, out Distribution value) => Parsers.Word(
            text, out value, ("uniform", Distribution.Uniform), ("zipfian", Distribution.Zipfian), ("latest", Distribution.Latest))),
        "'uniform', 'zipfian' or 'latest'");

    private static readonly Setting<uint> Seed = new(
        "seed", "Where keys, values and the order of operations come from (1)", 1u, Parsers.Id, "a number from 0 on");

    private static readonly Setting<bool> Load = new(
        "load", "Put all keys first even if they are there", false, Parsers.Switch, "true or false", isSwitch: true);

    private static readonly Setting<bool> SkipLoad = new(
        "skip-load", "Don't put keys first, not even absent ones", false, Parsers.Switch, "true or false", isSwitch: true);

    /// <summary>Where the plots go.</summary>
    public static Setting<string?> Report { get; } = new(
        "report", "A file for an SVG image of the latencies and the throughput", null, Parsers.Text!, "a file");

    public static IReadOnlyList<Setting> All { get; } =
    [
        Protocol, Workload, Rate, Clients, Pipeline, Duration, Requests, Warmup, Keys, KeyPrefix, ValueBytes, KeyDistribution, Seed,
        Load, SkipLoad, Report,
    ];

    /// <summary>What the settings ask for.</summary>
    /// <exception cref="UsageException">They can't be read, or don't go together.</exception>
    public static BenchPlan Plan(SettingSources sources)
    {
        Mix mix = Workload.In(sources);
        int? requests = Requests.In(sources);
        var plan = new BenchPlan
        {
            Endpoints = ClientSettings.Endpoint.In(sources),
            Timeout = ClientSettings.Timeout.In(sources),
            Protocol = Protocol.In(sources),
            Mix = mix,
            Distribution = KeyDistribution.In(sources) ?? mix.Distribution,
            Rate = Rate.In(sources),
            Clients = Clients.In(sources),
            Pipeline = Pipeline.In(sources),
            Duration = Duration.In(sources) ?? (requests is null ? TimeSpan.FromSeconds(10) : null),
            Operations = requests,
            Warmup = Warmup.In(sources),
            Keys = Keys.In(sources),
            KeyPrefix = KeyPrefix.In(sources),
            ValueBytes = ValueBytes.In(sources),
            Seed = Seed.In(sources),
            Load = (Load.In(sources), SkipLoad.In(sources)) switch
            {
                (true, true) => throw new UsageException("--load and --skip-load exclude each other"),
                (true, _) => LoadMode.Always,
                (_, true) => LoadMode.Never,
                _ => LoadMode.IfAbsent,
            },
        };
        Check(plan);
        return plan;
    }

    private static void Check(BenchPlan plan)
    {
        if (plan.Protocol == BenchProtocol.Http && plan.Pipeline > 1)
        {
            throw new UsageException("--pipeline is for resp and native: HTTP/1.1 has one call at a time on a connection; raise --clients");
        }

        if (plan.Protocol == BenchProtocol.Resp && plan.Mix.Scans)
        {
            throw new UsageException(
                $"workload {plan.Mix.Name} lists pairs in order, which the Redis protocol can't; add --protocol native or http");
        }

        if ((long)plan.Clients * plan.Pipeline > MaxLanes)
        {
            throw new UsageException($"--clients times --pipeline is {(long)plan.Clients * plan.Pipeline}; the most is {MaxLanes}");
        }
    }

    private static Mix Known(string name) => Mix.TryParse(name, out Mix mix) ? mix : throw new ArgumentException(name, nameof(name));

    private static bool IsRate(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value is >= 0.001 and <= 10_000_000;

    private static bool IsWarmup(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        return text is "0" or "0s" || Parsers.Duration(text, out value);
    }

    private static bool IsPrefix(string text, out string value) => System.Text.Encoding.UTF8.GetByteCount(value = text) <= 1000;
}
