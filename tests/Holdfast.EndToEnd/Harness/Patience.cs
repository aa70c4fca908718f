namespace Holdfast.EndToEnd.Harness;

/// <summary>Waits for conditions. How long that may take decides no test: the bound only ends one that hangs.</summary>
internal static class Patience
{
    /// <summary>Far beyond what anything here needs, on a busy machine too.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks again and again until the condition holds.</summary>
    /// <exception cref="TimeoutException">It never did.</exception>
    public static Task UntilAsync(string what, Func<Task<bool>> condition, Func<string>? story = null) =>
        ForAsync(what, async () => await condition() ? what : null, story);

    /// <summary>Asks again and again until there is an answer. A node that can't be reached is no answer.</summary>
    /// <exception cref="TimeoutException">There never was.</exception>
    public static async Task<T> ForAsync<T>(string what, Func<Task<T?>> ask, Func<string>? story = null)
        where T : class
    {
        long deadline = Environment.TickCount64 + (long)Bound.TotalMilliseconds;
        using var timer = new PeriodicTimer(Interval);
        Exception? last = null;
        do
        {
            try
            {
                if (await ask() is { } answer)
                {
                    return answer;
                }
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException)
            {
                last = failure;
            }
        }
        while (Environment.TickCount64 < deadline && await timer.WaitForNextTickAsync());

        throw new TimeoutException($"waited in vain for: {what}\n{last?.Message}\n{story?.Invoke()}");
    }
}
