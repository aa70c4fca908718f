using System.Diagnostics;

namespace Holdfast.Rest.Tests.Hosting;

/// <summary>Waits for conditions that other threads bring about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until a condition holds.</summary>
    public static async Task HoldsAsync(Func<bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); !condition();)
        {
            Assert.True(waited.Elapsed < Patience, "the condition did not come to hold");
            await Task.Delay(Interval);
        }
    }

    /// <summary>Waits until a number has not changed for a hundred looks in a row.</summary>
    public static async Task<int> SettlesAsync(Func<int> number)
    {
        int last = number();
        for (int unchanged = 0; unchanged < 100; unchanged++)
        {
            await Task.Delay(Interval);
            int now = number();
            unchanged = now == last ? unchanged : 0;
            last = now;
        }

        return last;
    }
}
