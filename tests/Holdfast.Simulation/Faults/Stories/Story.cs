using Holdfast.Primitives;

namespace Holdfast.Simulation;

/// <summary>
/// A fault of several steps, each of which waits for what the one before it led to: for situations that single faults reach too
/// seldom. A story tells its steps as the conditions to wait for; between them it does what goes wrong. In a world in which other
/// things go wrong too, some stories never come to their end.
/// </summary>
internal static class Story
{
    /// <summary>How long a story waits for its end: a few elections, some of them with more than one round.</summary>
    private const long LongestMicros = 6 * VirtualTime.Second;

    // Shorter than a frame takes, so that a story is in time to cut a link before anyone answers.
    private const long PollMicros = 50;

    /// <summary>The stories that a plan can choose.</summary>
    public static IReadOnlyList<FaultAction> All { get; } =
    [
        new(FaultKind.FigureEight, (world, random) => Begin(world, random, FigureEight.Tell), LongestMicros),
        new(FaultKind.WipedVoter, (world, random) => Begin(world, random, WipedVoter.Tell), LongestMicros),
    ];

    private static Action? Begin(World world, SeededRandom random, Func<World, Stage, IEnumerable<Func<bool>>> tell)
    {
        if (Stage.Find(world, random) is not { } stage)
        {
            return null;
        }

        IEnumerator<Func<bool>> steps = tell(world, stage).GetEnumerator();
        bool goesOn = steps.MoveNext();
        Poll();
        return End;

        void Poll()
        {
            while (goesOn && steps.Current())
            {
                goesOn = steps.MoveNext();
            }

            if (goesOn)
            {
                world.After(PollMicros, Poll);
            }
            else
            {
                End();
            }
        }

        void End()
        {
            goesOn = false;
            stage.Cut([]);
        }
    }
}
