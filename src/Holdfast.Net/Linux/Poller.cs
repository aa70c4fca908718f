using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Primitives;

namespace Holdfast.Net.Linux;

/// <summary>What a descriptor is watched for, and what came of it.</summary>
[Flags]
internal enum PollEvents : uint
{
    None = 0,
    Readable = 0x1,
    Writable = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    PeerClosed = 0x2000,
    EdgeTriggered = 1u << 31,
}

/// <summary>Something with a descriptor that the poller watches.</summary>
internal interface IPollSource
{
    /// <summary>The descriptor is ready. Called from <see cref="Poller.Dispatch"/>.</summary>
    void OnReady(PollEvents events);

    /// <summary>The loop has stopped: close the descriptor.</summary>
    void OnLoopStopped();
}

/// <summary>The place of a source in its poller.</summary>
internal readonly record struct PollHandle(int Slot);

/// <summary>
/// An epoll instance. Each registration carries a slot and that slot's generation, so an event that was already fetched for a
/// source that has since gone is dropped, also when another source took its slot. Used by one thread.
/// </summary>
internal sealed unsafe class Poller : IDisposable
{
    /// <summary>A timeout that never comes.</summary>
    internal const long Forever = long.MaxValue;

    /// <summary>Longer waits may as well be counted in milliseconds, which is the cheaper call.</summary>
    private const long PreciseBelowMicros = 1000;

    private const int MaxEvents = 512;
    private const int Add = 1;
    private const int Delete = 2;
    private const int Modify = 3;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + sizeof(ulong);

    private readonly int _epoll;
    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * 16, pinned: true);
    private readonly byte* _first;
    private readonly Stack<int> _freeSlots = new();
    private IPollSource?[] _sources = new IPollSource?[64];
    private uint[] _generations = new uint[64];
    private int _usedSlots;
    private bool _isPrecise;

    /// <param name="isPrecise">Whether to ask for timeouts in µs, which kernels before 5.11 and some containers refuse.</param>
    internal Poller(bool isPrecise = true)
    {
        _isPrecise = isPrecise;
        _first = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_events));
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        if (_epoll < 0)
        {
            throw Errno.ToException(Libc.LastError, "epoll_create1");
        }
    }

    internal PollHandle Register(int fd, PollEvents interest, IPollSource source)
    {
        int slot = TakeSlot();
        _sources[slot] = source;
        Control(Add, fd, interest, slot);
        return new PollHandle(slot);
    }

    internal void Change(PollHandle handle, int fd, PollEvents interest) => Control(Modify, fd, interest, handle.Slot);

    /// <summary>Stops watching a descriptor that stays open.</summary>
    internal void Remove(PollHandle handle, int fd)
    {
        Control(Delete, fd, PollEvents.None, handle.Slot);
        Forget(handle);
    }

    /// <summary>Frees the place of a descriptor that is closed right after, which ends the kernel's watch.</summary>
    internal void Forget(PollHandle handle)
    {
        _sources[handle.Slot] = null;
        _generations[handle.Slot]++;
        _freeSlots.Push(handle.Slot);
    }

    /// <summary>Waits for events, so many µs at most; how many there are for <see cref="Dispatch"/>.</summary>
    internal int Wait(long timeoutMicros)
    {
        if (timeoutMicros is > 0 and < PreciseBelowMicros && _isPrecise)
        {
            return WaitPrecisely(timeoutMicros);
        }

        // Rounded up, so that what is due is due when the loop wakes.
        int millis = timeoutMicros == Forever ? -1 : (int)Math.Min((timeoutMicros + 999) / 1000, int.MaxValue);
        int count = Libc.EpollWait(_epoll, _first, MaxEvents, millis);
        return count >= 0 ? count : Interrupted("epoll_wait");
    }

    internal void Dispatch(int index)
    {
        byte* entry = _first + (index * EventSize);
        ulong data = Unsafe.ReadUnaligned<ulong>(entry + DataOffset);
        int slot = (int)(uint)data;
        if (_generations[slot] == (uint)(data >> 32))
        {
            _sources[slot]?.OnReady((PollEvents)Unsafe.ReadUnaligned<uint>(entry));
        }
    }

    internal void StopAll()
    {
        for (int slot = 0; slot < _usedSlots; slot++)
        {
            _sources[slot]?.OnLoopStopped();
        }
    }

    public void Dispose() => _ = Libc.Close(_epoll);

    private int WaitPrecisely(long timeoutMicros)
    {
        var timeout = new Libc.TimeSpec { Nanoseconds = timeoutMicros * 1000 };
        nint count = Libc.EpollWaitPrecisely(Libc.EpollWaitPreciselyNumber, _epoll, _first, MaxEvents, &timeout, null, 0);
        if (count >= 0)
        {
            return (int)count;
        }

        // Containers' filters refuse calls that they don't know.
        if (Libc.LastError is Errno.NotImplemented or Errno.NotPermitted)
        {
            _isPrecise = false;
            return Wait(timeoutMicros);
        }

        return Interrupted("epoll_pwait2");
    }

    private static int Interrupted(string call)
    {
        int errno = Libc.LastError;
        Invariant.Require(errno == Errno.Interrupted, $"{call} fails only when interrupted, not with {errno}");
        return 0;
    }

    private int TakeSlot()
    {
        if (_freeSlots.TryPop(out int slot))
        {
            return slot;
        }

        if (_usedSlots == _sources.Length)
        {
            Array.Resize(ref _sources, _usedSlots * 2);
            Array.Resize(ref _generations, _usedSlots * 2);
        }

        return _usedSlots++;
    }

    private void Control(int operation, int fd, PollEvents interest, int slot)
    {
        byte* change = stackalloc byte[16];
        Unsafe.WriteUnaligned(change, (uint)interest);
        Unsafe.WriteUnaligned(change + DataOffset, ((ulong)_generations[slot] << 32) | (uint)slot);
        int result = Libc.EpollControl(_epoll, operation, fd, change);
        Invariant.Require(result == 0, $"epoll knows the descriptors that this loop owns: operation {operation} gave {Libc.LastError}");
    }
}
