using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Google.Protobuf;
using Holdfast.Primitives;
using Holdfast.Wire.Control;
using Holdfast.Wire.Frames;

namespace Holdfast.Runtime.Forming;

/// <summary>
/// The first formation of a cluster. It needs all listed nodes: each tells its id, the incarnation of its empty directory and its
/// settings, and when a node has heard from all, it knows the members; since the cluster's id is a function of the members'
/// incarnations, all that form come to the same cluster or to none. A node that finds its peers formed joins in only when they
/// have its own incarnation on record: otherwise its data is gone, and it must not take part (DESIGN: Identity).
/// </summary>
internal sealed class FormationMachine(ITransport transport, Member self, ClusterSettings settings, IReadOnlyList<string> peers)
{
    private const long RetryMicros = 100_000;

    private readonly Dictionary<PeerHandle, Member> _heard = [];
    private readonly Dictionary<string, PeerHandle> _handles = [];
    private long _nextMicros = long.MinValue;

    /// <summary>What the cluster is once it is formed; null until then.</summary>
    public Formation? Formed { get; private set; }

    /// <summary>What is still missing, for status and for whoever waits.</summary>
    public string WaitingFor =>
        string.Create(CultureInfo.InvariantCulture, $"the first formation of the cluster: heard from {_heard.Count} of {peers.Count} peers");

    /// <summary>Asks those that were not heard from, each 100 ms.</summary>
    public void Tick(long nowMicros)
    {
        if (Formed is not null || nowMicros < _nextMicros)
        {
            return;
        }

        _nextMicros = nowMicros + RetryMicros;
        foreach (string address in peers)
        {
            PeerHandle handle = Open(address);
            if (!_heard.ContainsKey(handle))
            {
                Send(handle, new Hello { Token = TokenOf(handle) });
            }
        }

        FormWhenComplete();
    }

    /// <summary>A node said hello: answers it, and learns from it.</summary>
    /// <exception cref="NodeStoppedException">The nodes can't form a cluster, or this one's data is gone.</exception>
    public void Receive(Hello hello)
    {
        if (!hello.IsAnswer)
        {
            Send(Open(hello.Sender.Address), new Hello { IsAnswer = true, Echo = hello.Token });
        }

        if (Formed is not null)
        {
            return;
        }

        if (hello.Formation is { } formation)
        {
            Join(hello.Sender, formation);
        }
        else if (hello.IsAnswer && TryFindAsked(hello.Echo, out PeerHandle asked))
        {
            RequireAgreement(hello);
            _heard[asked] = hello.Sender;
            FormWhenComplete();
        }
    }

    /// <summary>The connection to a listed peer on which a token was sent; an answer to anything else counts for nobody.</summary>
    private bool TryFindAsked(ulong token, out PeerHandle asked)
    {
        foreach (string address in peers)
        {
            if (_handles.TryGetValue(address, out asked) && token == TokenOf(asked))
            {
                return true;
            }
        }

        asked = default;
        return false;
    }

    private static ulong TokenOf(PeerHandle handle) => (ulong)handle.Value + 1;

    /// <summary>Takes over a formation that the directory has on record.</summary>
    public void Restore(Formation formation) => Formed = formation;

    private void Join(Member sender, Formation formation)
    {
        Member? record = formation.Members.FirstOrDefault(member => member.Id == self.Id);
        if (record is null)
        {
            throw new NodeStoppedException(string.Create(
                CultureInfo.InvariantCulture,
                $"node {self.Id} is not a member of the cluster that {sender.Address} belongs to; give it the addresses of its own cluster"));
        }

        if (record.Incarnation != self.Incarnation)
        {
            throw new NodeStoppedException(string.Create(
                CultureInfo.InvariantCulture,
                $"data of node {self.Id} is gone; run 'holdfast node replace {self.Id}' (the cluster has another data directory of this node on record, so this empty one must not take part)"));
        }

        Formed = formation;
    }

    private void RequireAgreement(Hello hello)
    {
        if (hello.Sender.Id == self.Id && hello.Sender.Incarnation != self.Incarnation)
        {
            throw new NodeStoppedException(string.Create(
                CultureInfo.InvariantCulture,
                $"nodes {self.Address} and {hello.Sender.Address} both have id {self.Id}; give each node an --id of its own"));
        }

        if (!hello.Settings.Equals(settings) || hello.PeerCount != peers.Count)
        {
            throw new NodeStoppedException(string.Create(
                CultureInfo.InvariantCulture,
                $"nodes {self.Address} and {hello.Sender.Address} disagree on the cluster to form: {Describe(settings, peers.Count)} here, {Describe(hello.Settings, (int)hello.PeerCount)} there; start all nodes with the same settings"));
        }
    }

    private void FormWhenComplete()
    {
        if (_heard.Count < peers.Count)
        {
            return;
        }

        Member[] members = [.. _heard.Values.Append(self).OrderBy(member => member.Id)];
        for (int i = 1; i < members.Length; i++)
        {
            if (members[i - 1].Id == members[i].Id)
            {
                throw new NodeStoppedException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"nodes {members[i - 1].Address} and {members[i].Address} both have id {members[i].Id}; give each node an --id of its own"));
            }
        }

        Formed = new Formation { ClusterId = ByteString.CopyFrom(ClusterIdOf(members)), Settings = settings, Members = { members } };
    }

    private PeerHandle Open(string address)
    {
        if (!_handles.TryGetValue(address, out PeerHandle handle))
        {
            handle = transport.Open(address);
            _handles.Add(address, handle);
        }

        return handle;
    }

    private void Send(PeerHandle to, Hello hello)
    {
        hello.Sender = self;
        hello.Settings = settings;
        hello.PeerCount = (uint)peers.Count;
        hello.Formation = Formed;
        var frame = new ArrayBufferWriter<byte>();
        new PeerFrame(FrameKind.Hello, new NodeId(self.Id), new Incarnation(self.Incarnation), ClusterTag: 0).Write(frame);
        hello.WriteTo(frame);
        transport.Send(to, TransportLane.Liveness, frame.WrittenSpan);
    }

    private static byte[] ClusterIdOf(Member[] members)
    {
        var random = new SeededRandom(members.Aggregate(0UL, (seed, member) =>
            new SeededRandom(seed ^ member.Incarnation ^ member.Id).NextUInt64()));
        var id = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(id, random.NextUInt64());
        BinaryPrimitives.WriteUInt64LittleEndian(id.AsSpan(8), random.NextUInt64());
        return id;
    }

    private static string Describe(ClusterSettings settings, int peers) => string.Create(
        CultureInfo.InvariantCulture,
        $"{peers + 1} nodes, {settings.Partitions} partitions, {settings.Replicas} replicas, partitioned by {(settings.PartitionByFirstLevel ? "first-level" : "key")}");
}
