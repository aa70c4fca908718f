using Holdfast.Primitives;

namespace Holdfast.Keyspace.Tests.Support;

/// <summary>The operations of one batch, in stored form for a keyspace and as functions for a model.</summary>
internal sealed class BatchScript(BatchMode mode)
{
    private readonly List<(CommandKind Kind, Func<Model, Item> Run)> _operations = [];

    public BatchBuilder Builder { get; } = new(mode);

    public void Add(in Command command)
    {
        Builder.Add(command);
        (CommandKind kind, Slot slot, byte[] key, byte[] value) = (command.Kind, command.Slot, command.Key.ToArray(), command.Value.ToArray());
        (Condition condition, Expiry expiry, DeadlineCondition onDeadline) = (command.Condition, command.Expiry, command.DeadlineCondition);
        (Slot endSlot, byte[] end, long by, CommandFlags flags) = (command.EndSlot, command.End.ToArray(), command.By, command.Flags);
        bool shows = kind == CommandKind.Get || flags.HasFlag(CommandFlags.ReturnOldValue);
        _operations.Add((kind, model =>
        {
            Model.Entry? before = model.Find(key);
            ulong revision = model.Revision;
            bool copies = kind is CommandKind.Copy or CommandKind.Rename;
            bool endWasThere = copies && model.Find(end) is not null;
            long sum = 0;
            ApplyStatus status = kind switch
            {
                _ when !IsMet(condition, before) => ApplyStatus.ConditionFailed,
                CommandKind.Put => Applied(() => model.Put(slot, key, value, expiry)),
                CommandKind.Append => Applied(() => model.Append(slot, key, value)),
                CommandKind.Increment => Increment(model, slot, key, by, out sum),
                CommandKind.Check => ApplyStatus.Applied,
                _ when before is null => ApplyStatus.NotFound,
                CommandKind.Delete => Applied(() => model.Delete(key)),
                CommandKind.Expire => model.Expire(key, expiry, onDeadline)!.Value ? ApplyStatus.Applied : ApplyStatus.ConditionFailed,
                CommandKind.Get or CommandKind.Measure => ApplyStatus.Applied,
                _ when endWasThere && flags.HasFlag(CommandFlags.IfDestinationAbsent) => ApplyStatus.ConditionFailed,
                _ => Applied(() => Copy(model, before, key, endSlot, end, kind == CommandKind.Rename)),
            };
            bool applied = status == ApplyStatus.Applied;
            Model.Entry? after = model.Find(copies && applied ? end : key);
            bool changed = model.Revision != revision;
            bool renamed = kind == CommandKind.Rename && changed;
            bool gone = before is not null && after is null;
            bool hasLength = kind is not (CommandKind.Expire or CommandKind.Check or CommandKind.Delete);
            return new Item(
                status,
                Found: before is not null,
                Created: applied && after is not null && (copies ? !endWasThere && changed : before is null),
                Changed: changed,
                Revision: changed ? model.Revision : before?.Revision ?? 0,
                Number: sum != 0 ? sum : renamed || gone ? 1 : 0,
                Length: applied && hasLength ? after?.Value.Length ?? 0 : 0,
                Deadline: after?.Deadline ?? 0,
                Payload: shows && before is not null ? Convert.ToHexString(before.Value) : null);
        }
        ));
    }

    /// <summary>Carries the batch out on a model; gives the model after it, the items, and the index of the operation that failed it.</summary>
    public (Model After, List<Item> Items, int FailedAt) Run(Model model)
    {
        Model after = model.Clone();
        List<Item> items = [];
        foreach ((CommandKind kind, Func<Model, Item> run) in _operations)
        {
            Item item = run(after);
            bool harmless = item.Status == ApplyStatus.Applied
                || (item.Status == ApplyStatus.NotFound && kind is not (CommandKind.Copy or CommandKind.Rename));
            if (!harmless && (mode == BatchMode.Atomic || kind == CommandKind.Check))
            {
                return (model, [item], items.Count);
            }

            items.Add(item);
        }

        return (after, items, -1);
    }

    private static ApplyStatus Applied(Action action)
    {
        action();
        return ApplyStatus.Applied;
    }

    private static ApplyStatus Increment(Model model, Slot slot, byte[] key, long by, out long sum)
    {
        long? added = model.Increment(slot, key, by);
        sum = added ?? 0;
        return added is null ? ApplyStatus.NotAnInteger : ApplyStatus.Applied;
    }

    private static void Copy(Model model, Model.Entry source, byte[] key, Slot endSlot, byte[] end, bool moves)
    {
        if (key.AsSpan().SequenceEqual(end))
        {
            return;
        }

        model.Put(endSlot, end, source.Value, source.Deadline == 0 ? Expiry.None : Expiry.At(source.Deadline));
        if (moves)
        {
            model.Delete(key);
        }
    }

    private static bool IsMet(Condition condition, Model.Entry? entry) => condition.Kind switch
    {
        ConditionKind.Absent => entry is null,
        ConditionKind.Present => entry is not null,
        ConditionKind.RevisionIs => entry?.Revision == condition.Revision.Value,
        _ => true,
    };

    /// <summary>What one operation is to give.</summary>
    internal sealed record Item(
        ApplyStatus Status,
        bool Found,
        bool Created,
        bool Changed,
        ulong Revision,
        long Number,
        int Length,
        ulong Deadline,
        string? Payload)
    {
        public static List<Item> ReadAll(ReadOnlySpan<byte> bytes, out int failedAt)
        {
            Assert.True(BatchResults.TryOpen(bytes, out BatchResults results));
            failedAt = results.FailedAt;
            List<Item> items = [];
            while (results.TryReadNext(out BatchItem item))
            {
                items.Add(new Item(
                    item.Status, item.Found, item.Created, item.Changed, item.Revision.Value, item.Number, item.Length, item.DeadlineMs,
                    item.HasPayload ? Convert.ToHexString(item.Payload) : null));
            }

            Assert.Equal(results.Count, items.Count);
            return items;
        }
    }
}
