using Holdfast.Primitives;

namespace Holdfast.Net.Peers;

/// <summary>Takes frames that other nodes sent. Called on the loop's thread.</summary>
public interface IFrameReceiver
{
    /// <summary>One complete frame, valid during the call only.</summary>
    void OnFrame(ReadOnlySpan<byte> frame);
}

/// <summary>Learns of the connections that a <see cref="PeerTransport"/> keeps. Called on the loop's thread.</summary>
public interface IPeerObserver
{
    /// <summary>A lane's connection is up; frames sent from now on may arrive.</summary>
    void OnPeerConnected(PeerHandle peer, TransportLane lane);

    /// <summary>A lane's connection broke; frames that were on their way may be lost.</summary>
    void OnPeerDisconnected(PeerHandle peer, TransportLane lane);
}
