using System.Text;
using Holdfast.Api;
using Holdfast.Resp.Pending;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Commands;

/// <summary>The options of SET, with the combinations that Redis allows.</summary>
internal struct SetOptions
{
    /// <summary>The conditions, and whether the old value is asked for.</summary>
    public RequestFlags Flags;

    /// <summary>Whether the time to live is to stay.</summary>
    public bool KeepsTtl;

    /// <summary>Which argument holds the expiry; 0 when none does.</summary>
    public int ExpiryArgument;

    /// <summary>What that argument counts.</summary>
    public TimeUnit Unit;

    /// <summary>The shape of the reply.</summary>
    public readonly ReplyShape Shape =>
        (Flags & RequestFlags.ReturnOld) != RequestFlags.None ? ReplyShape.OldValue : ReplyShape.OkOrNull;

    /// <summary>Reads the options from argument 3 on; false for an unknown one, or one that excludes another.</summary>
    public static bool TryParse(in RespCommand command, out SetOptions options)
    {
        options = default;
        for (int i = 3; i < command.Count; i++)
        {
            if (!options.Take(command[i], i, command.Count, out bool hasValue))
            {
                return false;
            }

            i += hasValue ? 1 : 0;
        }

        return true;
    }

    private bool Take(ReadOnlySpan<byte> option, int index, int count, out bool hasValue)
    {
        hasValue = false;
        bool expires = ExpiryArgument > 0;
        if (Is(option, "nx"u8) && (Flags & RequestFlags.IfPresent) == RequestFlags.None)
        {
            Flags |= RequestFlags.IfAbsent;
        }
        else if (Is(option, "xx"u8) && (Flags & RequestFlags.IfAbsent) == RequestFlags.None)
        {
            Flags |= RequestFlags.IfPresent;
        }
        else if (Is(option, "get"u8))
        {
            Flags |= RequestFlags.ReturnOld;
        }
        else if (Is(option, "keepttl"u8) && !expires)
        {
            KeepsTtl = true;
        }
        else if (TimeUnits.TryOfOption(option, out TimeUnit unit) && !expires && !KeepsTtl && index + 1 < count)
        {
            hasValue = true;
            ExpiryArgument = index + 1;
            Unit = unit;
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool Is(ReadOnlySpan<byte> option, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(option, name);
}
