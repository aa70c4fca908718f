using System.Buffers.Binary;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <summary>Builds a keyspace from a snapshot that comes in chunks, split anywhere. One thread.</summary>
public sealed class KeyspaceLoader : IDisposable
{
    private readonly KeyspaceArena _arena;
    private readonly KeyspaceOptions _options;
    private readonly byte[] _part = new byte[KeyspaceOptions.MaxKeyBytesLimit];
    private readonly KeyspaceState _keys;
    private readonly KeyspaceState _sessionRecords;
    private readonly ChangeHistory _history;
    private readonly HistoryLoader _changes;
    private SessionTable? _sessions;
    private bool _isOwner = true;

    // What is being read: a part of a known size that is gathered whole, or a value, which goes straight into its record.
    private Stage _stage = Stage.Header;
    private int _partSize = SnapshotFormat.HeaderSize;
    private int _partRead;
    private int _valueRead;
    private uint _crc;
    private SnapshotHeader _header;
    private SnapshotSums _sessionsHead;

    // Of the record being read: what it belongs to.
    private bool _ofSessions;
    private SnapshotRecordHead _head;
    private Record _record;
    private SnapshotChangeHead _changeHead;

    /// <summary>A loader into an empty keyspace of its own.</summary>
    public KeyspaceLoader(KeyspaceArena arena, KeyspaceOptions options)
    {
        options.Validate();
        _arena = arena;
        _options = options;
        _history = new ChangeHistory(arena, options);
        _changes = new HistoryLoader(_history);
        _keys = new KeyspaceState(arena, options.Hasher, _history.Chains);
        _sessionRecords = new KeyspaceState(arena, options.Hasher, ofSessions: true);
    }

    private enum Stage
    {
        Header,
        Kind,
        SessionsHead,
        HistoryHead,
        ChangeHead,
        ChangeKey,
        ChangeValue,
        RecordHead,
        Key,
        Value,
        Footer,
        Done,
        Failed,
    }

    /// <summary>Whether the footer was read and all was found to match.</summary>
    public bool IsComplete => _stage == Stage.Done;

    /// <summary>Takes the next bytes.</summary>
    /// <exception cref="SnapshotFormatException">They don't go on as a snapshot does. The loader can only be disposed.</exception>
    public void Feed(ReadOnlySpan<byte> chunk)
    {
        Invariant.Require(_stage != Stage.Failed && _isOwner, "a loader is not fed once it failed or was disposed");
        Stage reached = _stage;
        _stage = Stage.Failed;
        while (!chunk.IsEmpty)
        {
            SnapshotFormatException.Require(reached != Stage.Done, "it goes on after its end");
            chunk = reached switch
            {
                Stage.Value => FeedValue(chunk, ref reached),
                Stage.ChangeValue => FeedChangeValue(chunk, ref reached),
                _ => FeedPart(chunk, ref reached),
            };
        }

        _stage = reached;
    }

    /// <summary>Hands over the keyspace.</summary>
    /// <exception cref="SnapshotFormatException">The snapshot is not complete.</exception>
    public Keyspace Complete()
    {
        SnapshotFormatException.Require(IsComplete, "it ends too early");
        Invariant.Require(_isOwner, "a loader hands its keyspace over once");
        _isOwner = false;
        return new Keyspace(_arena, _options, _keys, _history, _options.LosesSessionsInSnapshots ? Lose() : Sessions, _header.TimeMs);
    }

    private SessionTable Lose()
    {
        long budget = long.MaxValue;
        _sessionRecords.Heap.Release(ref budget);
        return new SessionTable(new KeyspaceState(_arena, _options.Hasher, ofSessions: true), Revision.None);
    }

    /// <summary>Frees what was built and not handed over.</summary>
    public void Dispose()
    {
        long budget = long.MaxValue;
        if (_isOwner)
        {
            _keys.Heap.Release(ref budget);
            _sessionRecords.Heap.Release(ref budget);
            _history.Dispose();
            _isOwner = false;
        }
    }

    private ReadOnlySpan<byte> FeedPart(ReadOnlySpan<byte> chunk, scoped ref Stage stage)
    {
        int taken = Math.Min(chunk.Length, _partSize - _partRead);
        chunk[..taken].CopyTo(_part.AsSpan(_partRead));
        _partRead += taken;
        if (_partRead == _partSize)
        {
            stage = EndPart(stage, _part.AsSpan(0, _partSize));
        }

        return chunk[taken..];
    }

    private Stage EndPart(Stage stage, ReadOnlySpan<byte> part)
    {
        switch (stage)
        {
            case Stage.Header:
                _crc = Crc32C.Compute(part, _crc);
                ReadHeader(part);
                return BeginPart(Stage.Kind, 1);
            case Stage.Kind:
                return ReadKind(part[0]);
            case Stage.SessionsHead:
                _crc = Crc32C.Compute(part, _crc);
                ReadSessionsHead(part);
                return BeginPart(Stage.Kind, 1);
            case Stage.HistoryHead:
                _crc = Crc32C.Compute(part, _crc);
                _changes.ReadHead(SnapshotFormat.ReadHistoryHead(part), _header.Keys.Revision);
                return BeginPart(Stage.Kind, 1);
            case Stage.ChangeHead:
                _crc = Crc32C.Compute(part, _crc);
                return ReadChangeHead(part);
            case Stage.ChangeKey:
                _crc = Crc32C.Compute(part, _crc);
                return BeginChange(part);
            case Stage.RecordHead:
                _crc = Crc32C.Compute(part, _crc);
                ReadRecordHead(part);
                return BeginPart(Stage.Key, _head.KeyLength);
            case Stage.Key:
                _crc = Crc32C.Compute(part, _crc);
                return BeginRecord(part);
            case Stage.Footer:
                ReadFooter(part);
                return Stage.Done;
            default:
                throw Invariant.Unreachable("a part is read in a stage that has parts");
        }
    }

    private Stage BeginPart(Stage stage, int size, int read = 0)
    {
        _partSize = size;
        _partRead = read;
        return stage;
    }

    private void ReadHeader(ReadOnlySpan<byte> part)
    {
        _header = SnapshotFormat.ReadHeader(part);
        SnapshotFormatException.Require(_header.HashSeed == _options.HashSeed, "it is of a cluster with another hash seed");
    }

    // The kind stays the first byte of the part that it begins.
    private Stage ReadKind(byte kind) => kind switch
    {
        SnapshotFormat.RecordKind or SnapshotFormat.SessionRecordKind =>
            BeginPart(Stage.RecordHead, SnapshotFormat.RecordHeadSize, read: 1),
        SnapshotFormat.SessionsHeadKind => BeginPart(Stage.SessionsHead, SnapshotFormat.SessionsHeadSize, read: 1),
        SnapshotFormat.HistoryHeadKind => BeginPart(Stage.HistoryHead, SnapshotFormat.HistoryHeadSize, read: 1),
        SnapshotFormat.ChangeItemKind => BeginPart(Stage.ChangeHead, SnapshotFormat.ChangeHeadSize, read: 1),
        SnapshotFormat.FooterKind => BeginPart(Stage.Footer, SnapshotFormat.FooterSize, read: 1),
        SnapshotFormat.FormerSessionsHeadKind => throw SnapshotFormatException.Because(
            "it holds sessions in a form that was given up before the first release, and that this program does not read"),
        _ => throw SnapshotFormatException.Because($"it holds an item of kind {kind}, which this program does not know"),
    };

    private void ReadSessionsHead(ReadOnlySpan<byte> part)
    {
        _sessionsHead = SnapshotFormat.ReadSessionsHead(part);
        SnapshotFormatException.Require(
            _sessions is null && _sessionsHead.Revision != Revision.None, "it tells of its sessions twice, or of none");
        _sessions = new SessionTable(_sessionRecords, _sessionsHead.Revision);
    }

    private Stage ReadChangeHead(ReadOnlySpan<byte> part)
    {
        _changeHead = SnapshotFormat.ReadChangeHead(part);
        SnapshotFormatException.Require(
            _changeHead.KeyLength <= KeyspaceOptions.MaxKeyBytesLimit, "it holds a change with a key of a length out of range");
        return _changeHead.KeyLength == 0 ? BeginChange([]) : BeginPart(Stage.ChangeKey, _changeHead.KeyLength);
    }

    private Stage BeginChange(ReadOnlySpan<byte> key) =>
        _changes.Begin(_changeHead, key, _header) ? Stage.ChangeValue : BeginPart(Stage.Kind, 1);

    private ReadOnlySpan<byte> FeedChangeValue(ReadOnlySpan<byte> chunk, scoped ref Stage stage)
    {
        if (_changes.FeedValue(ref chunk, out ReadOnlySpan<byte> taken))
        {
            stage = BeginPart(Stage.Kind, 1);
        }

        _crc = Crc32C.Compute(taken, _crc);
        return chunk;
    }

    private void ReadRecordHead(ReadOnlySpan<byte> part)
    {
        _ofSessions = part[0] == SnapshotFormat.SessionRecordKind;
        _head = SnapshotFormat.ReadRecordHead(part);
        SnapshotFormatException.Require(_head.Slot < Slot.Count, "it holds a key in a slot that there is not");
        SnapshotFormatException.Require(
            _head.KeyLength is >= 1 and <= KeyspaceOptions.MaxKeyBytesLimit, "it holds a key of a length out of range");
        SnapshotFormatException.Require(
            _head.ValueLength <= KeyspaceOptions.MaxValueBytesLimit
                && _head.ValueLength + _head.KeyLength <= Announced.LogicalBytes - State.LogicalBytes,
            "it holds a value longer than it says to hold in all");
        SnapshotFormatException.Require(
            _head.Revision > Revision.None && _head.Revision <= Announced.Revision, "it holds a key with a revision out of range");
    }

    private Stage BeginRecord(ReadOnlySpan<byte> key)
    {
        _record = State.Records.Create(new Slot(_head.Slot), key, (int)_head.ValueLength);
        _record.Revision = _head.Revision;
        _record.DeadlineMs = _head.DeadlineMs;
        _valueRead = 0;
        return _head.ValueLength == 0 ? EndRecord() : Stage.Value;
    }

    private ReadOnlySpan<byte> FeedValue(ReadOnlySpan<byte> chunk, scoped ref Stage stage)
    {
        int length = _record.ValueLength;
        ReadOnlySpan<byte> taken = chunk[..Math.Min(chunk.Length, length - _valueRead)];
        taken.CopyTo(_record.Resize(length)[_valueRead..]);
        _crc = Crc32C.Compute(taken, _crc);
        _valueRead += taken.Length;
        if (_valueRead == length)
        {
            stage = EndRecord();
        }

        return chunk[taken.Length..];
    }

    private Stage EndRecord()
    {
        KeyPlace place = State.PlaceOf(_record);
        SnapshotFormatException.Require(State.Find(place, _record.Slot, _record.Key).IsNone, "it holds a key twice");
        if (_ofSessions)
        {
            SnapshotFormatException.Require(SessionTable.IsWellFormed(_record), "it holds a session, result or token that is none");
            Sessions.Load(place, _record);
        }
        else
        {
            State.Add(place, _record);
        }

        _record = Record.None;
        return BeginPart(Stage.Kind, 1);
    }

    private void ReadFooter(ReadOnlySpan<byte> part)
    {
        _crc = Crc32C.Compute(part[..SnapshotFormat.FooterCrcAt], _crc);
        SnapshotFormatException.Require(
            BinaryPrimitives.ReadUInt32LittleEndian(part[SnapshotFormat.FooterCrcAt..]) == _crc, "its bytes were damaged: the CRC differs");
        SnapshotFormatException.Require(
            BinaryPrimitives.ReadInt64LittleEndian(part[1..]) == _keys.Count && _keys.Count == _header.Keys.Count, "it lacks keys");
        SnapshotFormatException.Require(
            SnapshotSums.Of(_keys, _header.Keys.Revision) == _header.Keys, "its keys are not those that it began with");
        SnapshotFormatException.Require(
            SnapshotSums.Of(_sessionRecords, _sessionsHead.Revision) == _sessionsHead, "its sessions are not those that it began with");
        _changes.Complete(_keys, _header.Keys.Revision);
    }

    // Of the records being read: where they go, and what was said of them in advance.
    private KeyspaceState State => _ofSessions ? _sessionRecords : _keys;

    private SnapshotSums Announced => _ofSessions ? _sessionsHead : _header.Keys;

    private SessionTable Sessions => _sessions ??= new SessionTable(_sessionRecords, Revision.None);
}
