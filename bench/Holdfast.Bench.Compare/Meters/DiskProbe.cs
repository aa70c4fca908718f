using System.Diagnostics;
using System.Runtime.InteropServices;
using Holdfast.Bench.Compare.Rows;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Bench.Compare.Meters;

/// <summary>
/// What the disk alone takes when three processes make one write durable at the same time: three threads, each of which appends to a file
/// of its own, and syncs.
/// </summary>
internal sealed class DiskProbe(string directory, int rounds)
{
    private const int Loops = 3;

    /// <summary>About what a record with a 256-byte value takes in a log.</summary>
    private const int AppendBytes = 300;

    /// <param name="number">The number of the run beside which it stands.</param>
    /// <param name="stop">Ends it early.</param>
    public async Task<DiskRun> RunAsync(int number, CancellationToken stop)
    {
        string[] files = [.. Enumerable.Range(0, Loops).Select(loop => Path.Combine(directory, $"probe-{loop}"))];
        foreach (string file in files.Where(file => !File.Exists(file)))
        {
            // Zeros that are on the disk already: an append then changes no metadata, as in a log that is preallocated.
            await using var stream = new FileStream(file, FileMode.CreateNew);
            await stream.WriteAsync(new byte[rounds * AppendBytes], stop);
            stream.Flush(flushToDisk: true);
        }

        double[][] latencies = await Task.WhenAll(files.Select(file => Task.Factory.StartNew(
            () => Append(file, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        double[] all = [.. latencies.SelectMany(loop => loop).Order()];
        return new DiskRun(number, all.Length, Percentile.Of(all, 0.5), Percentile.Of(all, 0.99));
    }

    private double[] Append(string path, CancellationToken stop)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        byte[] record = new byte[AppendBytes];
        double[] latencies = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            stop.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, record, (long)round * AppendBytes);
            if (NativeMethods.FDataSync(file) != 0)
            {
                throw new BenchmarkException($"fdatasync of {path} failed: errno {Marshal.GetLastPInvokeError()}");
            }

            latencies[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return latencies;
    }
}
