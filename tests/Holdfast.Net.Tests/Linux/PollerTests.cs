using System.Diagnostics;
using Holdfast.Net.Linux;

namespace Holdfast.Net.Tests.Linux;

public sealed class PollerTests
{
    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 400)]
    [InlineData(true, 2_500)]
    [InlineData(false, 400)]
    [InlineData(false, 2_500)]
    public void A_wait_is_not_shorter_than_asked_whether_the_kernel_counts_in_micro_or_milliseconds(bool isPrecise, long micros)
    {
        using var poller = new Poller(isPrecise);

        // A signal of the runtime ends a wait early: the longest of some is one that was left alone.
        TimeSpan longest = Enumerable.Range(0, 5).Max(_ => TimeOfWait(poller, micros));
        Assert.True(longest >= TimeSpan.FromMicroseconds(micros));
    }

    [Fact]
    public void A_poll_comes_back_at_once_with_nothing()
    {
        using var poller = new Poller();
        Assert.Equal(0, poller.Wait(0));
    }

    private static TimeSpan TimeOfWait(Poller poller, long micros)
    {
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, poller.Wait(micros));
        return Stopwatch.GetElapsedTime(start);
    }
}
