using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>The operations that batches alone have.</content>
public sealed partial class Keyspace
{
    private static ApplyStatus Measure(scoped in Target target, ref ApplyResult result)
    {
        if (target.Record.IsNone)
        {
            return ApplyStatus.NotFound;
        }

        result.Length = target.Record.ValueLength;
        return ApplyStatus.Applied;
    }

    // Copies a key with its deadline, and removes the source when it is renamed.
    private ApplyStatus Copy(scoped in Target source, in Command command, ref ApplyResult result)
    {
        if (!IsValidKey(command.End))
        {
            return ApplyStatus.InvalidKey;
        }

        if (source.Record.IsNone)
        {
            return ApplyStatus.NotFound;
        }

        var destination = new Target(this, command.EndSlot, command.End);
        bool onlyIfAbsent = (command.Flags & CommandFlags.IfDestinationAbsent) != CommandFlags.None;
        if (onlyIfAbsent && !destination.Record.IsNone)
        {
            return ApplyStatus.ConditionFailed;
        }

        if (destination.Record.Equals(source.Record))
        {
            result.Length = source.Record.ValueLength;
            return ApplyStatus.Applied;
        }

        Store(destination, source.Record.Value, source.Record.DeadlineMs, showOld: false, ref result);
        if (command.Kind == CommandKind.Rename)
        {
            Remove(source.Place, source.Record, show: false);
            _history.AddRemoval(ChangeKind.Delete, NextRevision(), source.Key, TimeMs);
            result.Deleted = 1;
        }

        return ApplyStatus.Applied;
    }
}
