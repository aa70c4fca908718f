using System.Text.Json;
using Holdfast.Api;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Watching;

/// <summary>An event as a client parses it; a comment has the name of one.</summary>
public sealed record Told(string Name, string? Id, string Data)
{
    public const string Comment = "comment";

    /// <summary>What the id stands for.</summary>
    public ulong[] Positions => [.. Token.Positions.ToArray().Select(position => position.Value)];

    public WatchToken Token
    {
        get
        {
            Assert.True(WatchToken.TryParse(Id, out WatchToken? token));
            return token;
        }
    }

    public string? Key => Field("key").GetString();

    public string? Value => Field("value").GetString();

    public int Partition => Field("partition").GetInt32();

    public ulong Revision => Field("revision").GetUInt64();

    public JsonElement Field(string name) => JsonDocument.Parse(Data).RootElement.GetProperty(name);
}

/// <summary>A client of server-sent events that reads one at a time.</summary>
public sealed class WatchClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private WatchClient(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _reader = new StreamReader(stream);
    }

    public HttpResponseMessage Response => _response;

    /// <summary>Opens a watch and takes its first progress.</summary>
    public static async Task<WatchClient> StartAsync(RestHost host, string query = "", params string[] headers)
    {
        WatchClient client = await OpenAsync(host, query, headers);
        Assert.Equal("progress", (await client.NextAsync())!.Name);
        return client;
    }

    public static async Task<WatchClient> OpenAsync(RestHost host, string query = "", params string[] headers)
    {
        HttpResponseMessage response = await host.OpenAsync("GET", "/v1/watch" + query, headers).WaitAsync(Patience);
        Assert.Equal(200, (int)response.StatusCode);
        return new WatchClient(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<Told?> NextAsync()
    {
        string? name = null;
        string? id = null;
        string data = "";
        while (await _reader.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            switch (line)
            {
                case "":
                    return new Told(name!, id, data);
                case ":":
                    name = Told.Comment;
                    break;
                case ['e', 'v', 'e', 'n', 't', ':', ' ', .. var rest]:
                    name = rest;
                    break;
                case ['i', 'd', ':', ' ', .. var rest]:
                    id = rest;
                    break;
                case ['d', 'a', 't', 'a', ':', ' ', .. var rest]:
                    data = rest;
                    break;
                default:
                    Assert.Fail($"'{line}' is no line of an event");
                    break;
            }
        }

        return null;
    }

    /// <summary>The next event that is neither progress nor a comment.</summary>
    public async Task<Told> NextChangeAsync()
    {
        while (true)
        {
            Told? told = await NextAsync();
            Assert.NotNull(told);
            if (told.Name is not ("progress" or Told.Comment))
            {
                return told;
            }
        }
    }

    public async Task<List<Told>> NextChangesAsync(int count)
    {
        var changes = new List<Told>();
        while (changes.Count < count)
        {
            changes.Add(await NextChangeAsync());
        }

        return changes;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}

/// <summary>Tests of watches, with a clock of their own.</summary>
public abstract class WatchTest : HostedTest
{
    protected Fakes.ManualClock Clock { get; } = new();

    protected Fakes.FakeChanges Changes => Gate.Changes;

    protected override RestOptions Options => new() { Watch = Bounds with { Clock = Clock } };

    protected virtual WatchOptions Bounds { get; } = new();

    protected static string Token(params ulong[] positions) => Token("a1b2", 1, positions);

    protected static string Token(string cluster, uint epoch, params ulong[] positions) => new WatchToken(
        WatchToken.FingerprintOf(cluster), epoch, [.. positions.Select(position => new Primitives.Revision(position))]).ToString();

    /// <summary>A token of 16 partitions, of which the first ones are given.</summary>
    protected static string Token16(params ulong[] first) => Token([.. first, .. new ulong[16 - first.Length]]);

    /// <summary>Moves the clock on until a task is done.</summary>
    protected async Task<T> AdvanceUntilAsync<T>(Task<T> task)
    {
        await Eventually.HoldsAsync(() =>
        {
            Clock.Advance(task.IsCompleted ? TimeSpan.Zero : TimeSpan.FromMilliseconds(100));
            return task.IsCompleted;
        });
        return await task;
    }

    /// <summary>
    /// Waits until a watch has joined the feed, whose heartbeats it gets from then on: the first change may be told from the history that is read before it
    /// joins, and the second may not. Takes two changes of partition 0.
    /// </summary>
    protected async Task JoinedAsync(WatchClient client, string key = "joined")
    {
        for (int i = 0; i < 2; i++)
        {
            Changes.Put(0, key, "1");
            Told? told = await client.NextAsync();
            Assert.Equal(key, told!.Key);
        }
    }
}
