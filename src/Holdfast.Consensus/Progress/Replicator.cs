using Holdfast.Primitives;

namespace Holdfast.Consensus;

/// <summary>
/// Makes the appends that are due, when the caller takes them: so all that was proposed in between goes in one, and the
/// entries are shown in place instead of copied.
/// </summary>
internal sealed class Replicator(Replica replica)
{
    /// <summary>Puts into <paramref name="ready"/> all that may be sent to <paramref name="peer"/> now.</summary>
    public void Send(PeerProgress peer, Ready ready)
    {
        RaftLog log = replica.Log;
        while (IsDue(peer))
        {
            LogIndex previous = peer.Next.Previous;
            if (!log.TryTerm(previous, out Term previousTerm))
            {
                peer.BecomeSnapshot(replica.Options.SnapshotChunkBytes, replica.Options.ElectionTicksMin);
                break;
            }

            int bytes = 0;
            ReadOnlyMemory<Entry> entries = peer.MaySendEntries
                ? log.Slice(peer.Next, log.Last.Index, replica.Options.MaxBytesPerAppend, out bytes)
                : default;
            ready.MessageList.Add(Message.Append(
                replica.Id, peer.Id, replica.Term, new EntryId(previousTerm, previous), log.Commit, entries, replica.HeldByAll));
            peer.Sent(previous + (ulong)entries.Length, bytes, log.Commit);
        }

        if (peer.Snapshot?.TakeRequest() is { } request)
        {
            ready.SnapshotReadList.Add(request);
        }
    }

    private bool IsDue(PeerProgress peer) =>
        peer.MustSend || (peer.State == ProgressState.Replicate && peer.MaySendEntries && peer.Next <= replica.Log.Last.Index);
}
