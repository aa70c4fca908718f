using System.Net.Sockets;
using Holdfast.Bench.Compare.Tools;

namespace Holdfast.Bench.Compare.Systems;

/// <summary>A store that runs for the comparison: its processes, each with a port and a directory of its own. Disposing ends it.</summary>
internal abstract class MeasuredSystem(string name, string directory, int members) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly List<ServerProcess> _processes = [];

    public string Name => name;

    /// <summary>Where each of its processes takes requests.</summary>
    public IReadOnlyList<int> Ports { get; } = FreePorts.Take(members);

    public IReadOnlyList<int> ProcessIds => [.. _processes.Select(process => process.Id)];

    /// <summary>Where each of them has its data.</summary>
    public IEnumerable<string> Directories => Members.Select(DirectoryOf);

    protected IEnumerable<int> Members => Enumerable.Range(0, members);

    /// <summary>Starts all processes, and waits until they serve.</summary>
    public async Task StartAsync(CancellationToken stop)
    {
        foreach (int member in Members)
        {
            _processes.Add(new ServerProcess(CommandOf(member)));
        }

        await UntilAsync($"{name} is ready", () => IsReadyAsync(stop), stop);
    }

    /// <exception cref="BenchmarkException">A process ended by itself.</exception>
    public void RequireRunning() => _processes.ForEach(process => process.RequireRunning());

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProcess process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    /// <summary>How a user starts this member.</summary>
    protected abstract Command CommandOf(int member);

    /// <summary>Whether every member takes requests.</summary>
    protected abstract Task<bool> IsReadyAsync(CancellationToken stop);

    /// <summary>Whether every member answers an HTTP request with success.</summary>
    protected async Task<bool> AllSucceedAsync(string path, CancellationToken stop)
    {
        foreach (int port in Ports)
        {
            using HttpResponseMessage answer = await Http.GetAsync(UriOf(port, path), stop);
            if (!answer.IsSuccessStatusCode)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What the first member answers to an HTTP request.</summary>
    protected Task<string> GetAsync(string path, CancellationToken stop) => Http.GetStringAsync(UriOf(Ports[0], path), stop);

    /// <summary>A directory of a member.</summary>
    protected string DirectoryOf(int member) =>
        Directory.CreateDirectory(Path.Combine(directory, $"{name.Replace(' ', '-')}-{member}")).FullName;

    /// <exception cref="BenchmarkException">The condition never held, or a process ended.</exception>
    protected async Task UntilAsync(string what, Func<Task<bool>> condition, CancellationToken stop)
    {
        long deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        using var timer = new PeriodicTimer(Interval);
        string last = string.Empty;
        do
        {
            RequireRunning();
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or BenchmarkException)
            {
                last = failure.Message;
            }
        }
        while (Environment.TickCount64 < deadline && await timer.WaitForNextTickAsync(stop));

        throw new BenchmarkException($"waited in vain for: {what}. {last}");
    }

    private static Uri UriOf(int port, string path) => new($"http://127.0.0.1:{port}{path}");
}
