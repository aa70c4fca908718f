using System.Text;
using Holdfast.Api;
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

    /// <summary>The expiry as given.</summary>
    public long Expiry;

    private bool _expiryInSeconds;

    /// <summary>Whether the expiry is positive and fits as ms.</summary>
    public readonly bool IsExpiryInRange => Expiry > 0 && (!_expiryInSeconds || Expiry <= long.MaxValue / 1000);

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
        else if (IsExpiry(option) && !expires && !KeepsTtl && index + 1 < count)
        {
            hasValue = true;
            ExpiryArgument = index + 1;
            _expiryInSeconds = Is(option, "ex"u8) || Is(option, "exat"u8);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool IsExpiry(ReadOnlySpan<byte> option) =>
        Is(option, "ex"u8) || Is(option, "px"u8) || Is(option, "exat"u8) || Is(option, "pxat"u8);

    private static bool Is(ReadOnlySpan<byte> option, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(option, name);
}
