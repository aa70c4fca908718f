namespace Holdfast.Net.Tests.Support;

/// <summary>Waits for what must come true. The time only bounds a failing test; it decides nothing.</summary>
internal static class Eventually
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static void True(Func<bool> condition, string what) =>
        Assert.True(SpinWait.SpinUntil(condition, Patience), $"never came true: {what}");

    internal static void Set(ManualResetEventSlim signal, string what) =>
        Assert.True(signal.Wait(Patience), $"never came: {what}");
}
