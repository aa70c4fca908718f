namespace Holdfast.Bench.Compare.Rows;

/// <summary>A run measured something else than it should, through nobody's fault: it is done again.</summary>
internal sealed class DisturbedException(string message) : Exception(message);

/// <summary>Does again what was disturbed.</summary>
internal static class Undisturbed
{
    private const int Attempts = 10;

    /// <exception cref="BenchmarkException">Every attempt was disturbed.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> attempt, Action<string> progress)
    {
        for (int number = 1; ; number++)
        {
            try
            {
                return await attempt();
            }
            catch (DisturbedException disturbed) when (number < Attempts)
            {
                progress($"once more: {disturbed.Message}");
            }
            catch (DisturbedException disturbed)
            {
                throw new BenchmarkException(disturbed.Message);
            }
        }
    }
}
