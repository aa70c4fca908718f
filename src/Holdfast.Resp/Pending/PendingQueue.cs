using Holdfast.Primitives;

namespace Holdfast.Resp.Pending;

/// <summary>The pending commands in their order, each with a number that grows by one: a ring that is only allocated to grow.</summary>
internal sealed class PendingQueue
{
    private PendingCommand[] _items = new PendingCommand[8];
    private ulong _head;
    private ulong _tail;

    /// <summary>How many commands are pending.</summary>
    public int Count => (int)(_tail - _head);

    /// <summary>The number of the first pending command, or of the next one when none is.</summary>
    public ulong First => _head;

    /// <summary>The number of the next command.</summary>
    public ulong Next => _tail;

    /// <summary>A pending command. The reference holds until the next <see cref="Add"/>.</summary>
    public ref PendingCommand this[ulong number]
    {
        get
        {
            Invariant.Require(number - _head < _tail - _head, "a reply belongs to a pending command");
            return ref _items[number & (ulong)(_items.Length - 1)];
        }
    }

    /// <summary>Appends a command, whose number is <see cref="Next"/> before the call.</summary>
    public ref PendingCommand Add()
    {
        if (Count == _items.Length)
        {
            Grow();
        }

        ref PendingCommand command = ref _items[_tail++ & (ulong)(_items.Length - 1)];
        command = default;
        return ref command;
    }

    /// <summary>Removes the first command.</summary>
    public void RemoveFirst()
    {
        this[_head] = default;
        _head++;
    }

    private void Grow()
    {
        PendingCommand[] larger = new PendingCommand[_items.Length * 2];
        for (ulong number = _head; number != _tail; number++)
        {
            larger[number & (ulong)(larger.Length - 1)] = _items[number & (ulong)(_items.Length - 1)];
        }

        _items = larger;
    }
}
