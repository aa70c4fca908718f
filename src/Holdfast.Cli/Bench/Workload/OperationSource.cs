using System.Buffers.Text;
using System.Text;
using Holdfast.Primitives;

namespace Holdfast.Cli.Bench.Workload;

/// <summary>The operations of one lane, a function of its seed and of what all lanes have inserted. Allocates nothing for each.</summary>
internal sealed class OperationSource
{
    /// <summary>YCSB's longest scan; lengths are uniform from 1 on.</summary>
    private const int MaxScanLength = 100;

    /// <summary>Numbers are padded, so that keys are all of one length and in the order of their numbers.</summary>
    private const int Digits = 12;

    private readonly Mix _mix;
    private readonly Distribution _distribution;
    private readonly KeySet _keys;
    private readonly ValuePool _values;
    private readonly SeededRandom _random;
    private readonly byte[] _key;

    public OperationSource(Mix mix, Distribution distribution, KeySet keys, ValuePool values, string prefix, SeededRandom random)
    {
        (_mix, _distribution, _keys, _values, _random) = (mix, distribution, keys, values, random);

        // A counter can't share a key with a value that is no number.
        _key = Encoding.UTF8.GetBytes(prefix + (mix.Main == OperationKind.Increment ? "counter:" : string.Empty) + new string('0', Digits));
    }

    /// <summary>The next operation; its bytes hold until the one after.</summary>
    public BenchOperation Next()
    {
        OperationKind kind = _random.Next(100) < _mix.MainPercent ? _mix.Main : _mix.Other;
        long number = kind == OperationKind.Insert ? _keys.Reserve() : _keys.Choose(_random, _distribution);
        return Of(kind, number);
    }

    /// <summary>An operation on a key of one's own choice.</summary>
    public BenchOperation Of(OperationKind kind, long number)
    {
        Write(number);
        bool sets = kind is OperationKind.Update or OperationKind.Insert or OperationKind.ReadModifyWrite;
        int length = kind == OperationKind.Scan ? 1 + _random.Next(MaxScanLength) : 0;
        return new BenchOperation(kind, _key, sets ? _values.Draw(_random) : default, length);
    }

    private void Write(long number)
    {
        Span<byte> digits = _key.AsSpan(^Digits..);
        Invariant.Require(Utf8Formatter.TryFormat(number, digits, out _, new System.Buffers.StandardFormat('D', Digits)), "a key number has 12 digits");
    }
}

/// <summary>Random values of one length, cut from one array. Thread-safe.</summary>
internal sealed class ValuePool
{
    private const int Slack = 4096;

    private readonly byte[] _bytes;
    private readonly int _length;

    public ValuePool(int length, SeededRandom random)
    {
        _length = length;
        _bytes = new byte[length + Slack];
        for (int i = 0; i < _bytes.Length; i++)
        {
            // Letters: such a value can be looked at in a shell.
            _bytes[i] = (byte)('a' + random.Next(26));
        }
    }

    /// <summary>A value.</summary>
    public ReadOnlyMemory<byte> Draw(SeededRandom random) => _bytes.AsMemory(random.Next(Slack), _length);
}
