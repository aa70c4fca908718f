using System.Globalization;
using Holdfast.Primitives;
using Holdfast.Storage.Tests.Fakes;

namespace Holdfast.Storage.Tests.Log;

/// <summary>What must hold whatever happens: seeded, so that a failure names the one number that replays it.</summary>
public sealed class LogPropertyTests
{
    public static TheoryData<int> Blocks => [.. Enumerable.Range(0, 8)];

    /// <summary>
    /// The machine or the process stops at some change, again and again, also during recovery. What comes back is what was appended, as far as
    /// some batch: every durable one, perhaps the one that was on its way, nothing else; and never "damage".
    /// </summary>
    [Theory]
    [MemberData(nameof(Blocks))]
    public void After_a_crash_at_any_step_recovery_gives_a_prefix_that_includes_all_that_was_synced(int block)
    {
        for (ulong seed = (ulong)block * 60; seed < (ulong)(block + 1) * 60; seed++)
        {
            new CrashRun(seed).Run();
        }
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_damage_or_harmless_but_never_a_silent_loss()
    {
        var h = new LogHarness().Recover();
        for (uint i = 1; i <= 6; i++)
        {
            h.State(i, new string('s', 20 + (int)i));
            h.Entries(i, 1, 3, new string('e', 700));
            h.Flush();
        }

        h.Seal();
        List<string> expected = [.. h.Recover().Records];
        Assert.Equal(12, expected.Count);
        h.Seal();
        Dictionary<string, byte[]> image = h.Disk.Names.ToDictionary(name => name, name => h.Disk.Bytes(name), StringComparer.Ordinal);

        foreach ((string name, byte[] bytes) in image)
        {
            for (int offset = 0; offset < bytes.Length; offset += offset % 512 < 110 ? 1 : 37)
            {
                var disk = new CrashableDisk();
                foreach ((string other, byte[] content) in image)
                {
                    disk.Plant(other, content);
                }

                disk.Corrupt(name, offset, (byte)(1 << (offset % 8)));
                var after = new LogHarness(disk).Recover();
                bool all = expected.SequenceEqual(after.Records, StringComparer.Ordinal);
                Assert.True(all || after.Recovered.Verdict == LogVerdict.Damaged, $"{name} at {offset}: {after.Recovered.Explanation}");
                Assert.All(after.Records, record => Assert.Contains(record, expected));
            }
        }
    }

    [Fact]
    public void A_log_cut_off_at_any_byte_is_a_prefix()
    {
        var h = new LogHarness().Recover();
        List<string> expected = [];
        for (uint i = 1; i <= 4; i++)
        {
            h.State(i, "state");
            expected.Add(LogHarness.StateLine(i, "state"));
            h.Flush();
        }

        byte[] bytes = h.Disk.Bytes(h.Segments[0]);
        for (int length = 0; length <= 512 * 6; length++)
        {
            var disk = new CrashableDisk();
            disk.Plant(h.Segments[0], bytes.AsSpan(0, length));
            var after = new LogHarness(disk).Recover();
            Assert.Equal(expected.Take(after.Records.Count), after.Records);
            Assert.NotEqual(LogVerdict.Damaged, after.Recovered.Verdict);
            after.State(9, "more");
            after.Flush();
            Assert.Equal("9 state more", after.Recover().Records[^1]);
        }
    }

    private sealed class CrashRun(ulong seed)
    {
        private readonly SeededRandom _random = new(seed);
        private readonly LogHarness _h = new();
        private readonly SortedDictionary<ulong, List<string>> _batches = [];
        private ulong _durable;
        private ulong _next = 1;
        private LogUpkeep? _lateUpkeep;

        public void Run()
        {
            for (int life = 0; life < 8; life++)
            {
                _h.Disk.LosePowerAfter(_random.Next(1, 60));
                try
                {
                    Recover();
                    Live();
                }
                catch (PowerLossException)
                {
                    _lateUpkeep = null;
                    if (_random.Chance(0.5))
                    {
                        _h.Disk.Crash(_random);
                    }
                    else
                    {
                        _h.Disk.StopProcess();
                    }
                }
            }

            _h.Disk.LosePowerAfter(int.MaxValue);
            Recover();
        }

        private void Recover()
        {
            _h.Recover();
            Assert.False(_h.Recovered.Verdict is LogVerdict.Damaged or LogVerdict.Refused, $"seed {seed}: {_h.Recovered.Explanation}");
            ulong through = _h.Log.CompletedThrough;
            Assert.True(through >= _durable && through <= _durable + 1, $"seed {seed}: recovered batch {through}, durable {_durable}");
            foreach (ulong lost in _batches.Keys.Where(number => number > through).ToList())
            {
                _batches.Remove(lost);
            }

            _durable = through;
            List<string> appended = [.. _batches.Values.SelectMany(lines => lines)];
            Assert.True(_h.Records.Count <= appended.Count, $"seed {seed}: more came back than went in");
            Assert.True(
                appended.Skip(appended.Count - _h.Records.Count).SequenceEqual(_h.Records, StringComparer.Ordinal),
                $"seed {seed}: what came back is not the end of what went in");
            _next = LastIndex(appended) + 1;
            Assert.True(Needed(appended).All(_h.Records.Contains), $"seed {seed}: a record is gone that was needed");
        }

        /// <summary>The last state, and the entries that were not released: the run releases all but the last three.</summary>
        private IEnumerable<string> Needed(List<string> appended) =>
            appended.Where(line => line.Contains("..", StringComparison.Ordinal)).TakeLast(3)
                .Concat(appended.Where(line => line.Contains("state", StringComparison.Ordinal)).TakeLast(1));

        private static ulong LastIndex(List<string> appended) =>
            appended.Where(line => line.Contains("..", StringComparison.Ordinal))
                .Select(line => ulong.Parse(line.Split(' ')[1].Split("..")[1], CultureInfo.InvariantCulture))
                .LastOrDefault();

        private void Live()
        {
            while (true)
            {
                List<string> lines = [];
                _batches[_h.Log.PendingBatch] = lines;
                for (int i = _random.Next(1, 4); i > 0; i--)
                {
                    lines.Add(AppendOne());
                }

                WriteWithUpkeepBeside(_h.Log.TakeBatch());
                _durable = _h.Log.CompletedThrough;
                _h.Release(1, _next > 4 ? _next - 4 : 0);
                if (_random.Chance(0.3) && _h.Log.NeedsSeal)
                {
                    WriteWithUpkeepBeside(_h.Log.TakeSeal());
                    _durable = _h.Log.CompletedThrough;
                }
            }
        }

        /// <summary>The other lane takes its work, and gets it done, at any time around a batch.</summary>
        private void WriteWithUpkeepBeside(LogBatch? batch)
        {
            MaybeUpkeep();
            _h.Execute(batch!);
            MaybeUpkeep();
            _h.Log.Complete(batch!);
            MaybeUpkeep();
        }

        private void MaybeUpkeep()
        {
            if (_random.Chance(0.4))
            {
                _lateUpkeep ??= _h.Log.TakeUpkeep();
            }

            if (_lateUpkeep is not null && _random.Chance(0.5))
            {
                _h.Execute(_lateUpkeep);
                _h.Log.Complete(_lateUpkeep);
                _lateUpkeep = null;
            }
        }

        private string AppendOne()
        {
            string text = new((char)('a' + _random.Next(26)), _random.Next(1, 1800));
            if (_random.Chance(0.3))
            {
                _h.State(1, text);
                return LogHarness.StateLine(1, text);
            }

            ulong index = _next++;
            _h.Entries(1, index, index, text);
            return LogHarness.EntriesLine(1, index, index, text);
        }
    }
}
