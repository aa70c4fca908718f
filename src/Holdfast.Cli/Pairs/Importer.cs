using System.Runtime.ExceptionServices;
using Holdfast.Cli.Hosting;
using Holdfast.Client;

namespace Holdfast.Cli.Pairs;

/// <summary>Puts pairs, many at a time. Stops at the first that fails, once those on their way are answered.</summary>
internal sealed class Importer(IHoldfastClient client, TimeSpan retryFor, string name)
{
    /// <summary>Enough to fill the batches of every partition; more only waits longer.</summary>
    private const int PairsInFlight = 512;

    private const long BytesInFlight = 32 * 1024 * 1024;

    /// <summary>A put of the same pair is harmless, so a pair whose outcome is unknown is sent again.</summary>
    private readonly WriteOptions _options = new() { Timeout = retryFor, RetryUnknown = true };

    private readonly PairWindow _window = new(PairsInFlight, BytesInFlight);
    private readonly Lock _lock = new();
    private (long Line, Exception Failure)? _first;
    private long _acknowledged;

    /// <summary>The pairs that the cluster has acknowledged.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Puts all pairs of the stream.</summary>
    /// <param name="input">JSON Lines.</param>
    /// <param name="progress">Called with the number acknowledged, now and then.</param>
    /// <param name="cancellationToken">Ends the import; what is on its way may still take effect.</param>
    /// <exception cref="CommandFailedException">A pair was refused, or a line is no pair.</exception>
    public async Task RunAsync(Stream input, Action<long> progress, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (Pair pair in PairReader.ReadAsync(input, name, cancellationToken))
            {
                await _window.EnterAsync(pair, cancellationToken);
                if (HasFailed)
                {
                    _window.Leave(pair);
                    break;
                }

                _ = PutAsync(pair, cancellationToken);
                progress(Acknowledged);
            }
        }
        finally
        {
            await _window.EmptyAsync();
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (_first is var (line, failure))
        {
            if (failure is HoldfastException refusal)
            {
                throw new CommandFailedException(
                    $"{name}, line {line}: {FailureText.Of(refusal)}; {Acknowledged} pairs were acknowledged; importing the file again is safe");
            }

            // What is no answer of the cluster is a fault of this program: it is told as such, with where it happened.
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private bool HasFailed
    {
        get
        {
            lock (_lock)
            {
                return _first is not null;
            }
        }
    }

    /// <summary>Never throws: a failure is kept for the end.</summary>
    private async Task PutAsync(Pair pair, CancellationToken cancellationToken)
    {
        try
        {
            WriteOptions options = pair.TimeToLive is null ? _options : _options with { TimeToLive = pair.TimeToLive };
            await client.PutAsync(pair.Key, pair.Value, options, cancellationToken);
            Interlocked.Increment(ref _acknowledged);
        }
        catch (Exception exception)
        {
            lock (_lock)
            {
                _first = _first is { } first && first.Line < pair.Line ? first : (pair.Line, exception);
            }
        }
        finally
        {
            _window.Leave(pair);
        }
    }
}
