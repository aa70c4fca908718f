using Holdfast.Primitives;

namespace Holdfast.Storage;

/// <summary>What each group that has records in the log still needs of it.</summary>
internal sealed class GroupTable
{
    private readonly Dictionary<GroupId, GroupUse> _groups = [];

    public GroupUse Use(GroupId group)
    {
        if (!_groups.TryGetValue(group, out GroupUse? use))
        {
            use = new GroupUse(group);
            _groups.Add(group, use);
        }

        return use;
    }

    public void Release(GroupId group, LogIndex upTo)
    {
        if (_groups.TryGetValue(group, out GroupUse? use))
        {
            use.Release(upTo);
        }
    }

    public void Forget(GroupId group)
    {
        if (_groups.Remove(group, out GroupUse? use))
        {
            use.Forget();
        }
    }

    public void ForgetAll()
    {
        foreach (GroupUse use in _groups.Values)
        {
            use.Forget();
        }

        _groups.Clear();
    }

    public void CollectPins(Segment through, ICollection<LogPin> pins)
    {
        foreach (GroupUse use in _groups.Values)
        {
            if (use.PinThrough(through) is LogPin pin)
            {
                pins.Add(pin);
            }
        }
    }
}
