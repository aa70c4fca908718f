using System.Runtime.InteropServices;

namespace Holdfast.Consensus;

/// <summary>
/// Promises that wait for the write that they depend on. There is one way out: the completion of that write. (Ongaro §3.8:
/// what an answer confirms is on stable storage before it leaves.)
/// </summary>
internal sealed class HeldMessages
{
    private readonly List<(Message Message, PersistToken Token)> _held = [];

    /// <summary>
    /// Keeps a message until <paramref name="token"/> is durable. Of confirmed appends that wait for the same write the last
    /// says it all, so it takes the place of the one before.
    /// </summary>
    public void Add(in Message message, PersistToken token)
    {
        if (_held.Count > 0 && _held[^1].Token == token && IsConfirmation(message) && IsConfirmation(_held[^1].Message))
        {
            Message before = _held[^1].Message;
            if (before.To == message.To && before.LogPosition.Index <= message.LogPosition.Index)
            {
                _held[^1] = (message, token);
                return;
            }
        }

        _held.Add((message, token));
    }

    /// <summary>Lets go what waited for <paramref name="token"/> or an earlier write.</summary>
    public void Release(PersistToken token, List<Message> to)
    {
        int released = 0;
        foreach (ref readonly (Message Message, PersistToken Token) held in CollectionsMarshal.AsSpan(_held))
        {
            if (held.Token > token)
            {
                break;
            }

            to.Add(held.Message);
            released++;
        }

        _held.RemoveRange(0, released);
    }

    /// <summary>Drops all.</summary>
    public void Clear() => _held.Clear();

    private static bool IsConfirmation(in Message message) => message.Kind == MessageKind.AppendResponse && !message.Reject;
}
