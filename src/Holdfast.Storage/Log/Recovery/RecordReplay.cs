using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>Gives the records of a batch to the visitor, notes what each group needs of the log, and gathers the damage.</summary>
internal sealed class RecordReplay(IRecordVisitor visitor, GroupTable groups)
{
    private readonly List<LogDamage> _damage = [];

    public IReadOnlyList<LogDamage> Damage => _damage;

    public void DamageOfAll(LogPosition at, string what) =>
        _damage.Add(new LogDamage(at, Group: null, Kind: null, LogIndex.Zero, LogIndex.Zero, what));

    /// <summary>Replays what verifies; a record whose payload does not is its group's damage.</summary>
    public void Replay(in BatchHeader header, ReadOnlySpan<byte> batch, Segment segment)
    {
        ReadOnlySpan<byte> rest = batch.Slice(BatchHeader.Size, Math.Min(header.BodyBytes, batch.Length - BatchHeader.Size));
        for (int i = 0; i < header.Records && RecordHeader.TryRead(rest, segment.Seed, out RecordHeader record); i++)
        {
            int size = RecordHeader.Size + record.PayloadBytes;
            Note(record, segment);
            if (record.PayloadVerifies(rest, segment.Seed))
            {
                Visit(record, rest[RecordHeader.Size..size]);
            }
            else
            {
                _damage.Add(new LogDamage(header.At, record.Group, record.Kind, record.First, record.Last, $"a record of group {record.Group} changed"));
            }

            rest = rest[size..];
        }
    }

    private void Note(in RecordHeader record, Segment segment)
    {
        switch (record.Kind)
        {
            case RecordKind.State:
                groups.Use(record.Group).StateWritten(segment);
                break;
            case RecordKind.Entries:
                groups.Use(record.Group).EntriesWritten(segment, record.First, record.Last);
                break;
            case RecordKind.Forget:
                groups.Forget(record.Group);
                break;
            default:
                groups.ForgetAll();
                break;
        }
    }

    private void Visit(in RecordHeader record, ReadOnlySpan<byte> payload)
    {
        GroupId group = record.Group;
        switch (record.Kind)
        {
            case RecordKind.State:
                visitor.State(group, payload);
                break;
            case RecordKind.Entries:
                visitor.Entries(group, record.First, record.Last, payload);
                break;
            case RecordKind.Forget:
                _damage.RemoveAll(damage => damage.Group == group);
                visitor.Forgotten(group);
                break;
            case RecordKind.Reset:
                _damage.Clear();
                visitor.AllForgotten();
                break;
            default:
                throw Invariant.Unreachable($"a verified record of this version has a known kind, not {(byte)record.Kind}");
        }
    }
}
