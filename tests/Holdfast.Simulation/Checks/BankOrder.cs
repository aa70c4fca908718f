using System.Globalization;
using Holdfast.Api;

namespace Holdfast.Simulation;

/// <summary>
/// Checks that batches are atomic and isolated. Each batch that changes a bank's keys also adds its tag to the bank's log, so the log says
/// which took effect and in which order, and gives what the keys are after each: whoever reads them together must see one of these states,
/// that of the log which it read with them. So no batch is seen half, sums stay what they were, and of one that failed there is nothing.
/// That the log itself is right is for <see cref="ListOrder"/> to say: here it is taken as it is.
/// </summary>
internal sealed class BankOrder
{
    private readonly string _bank;
    private readonly string _log;
    private readonly IReadOnlyList<ClientOperation> _operations;
    private readonly Dictionary<string, ClientOperation> _changes = new(StringComparer.Ordinal);
    private readonly List<Dictionary<string, string>> _states = [new(StringComparer.Ordinal)];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    private BankOrder(string bank, IReadOnlyList<ClientOperation> operations)
    {
        _bank = bank;
        _log = SharedKeys.LogOf(bank);
        _operations = operations;
        foreach (ClientOperation change in operations.Where(IsChange))
        {
            _changes.Add(TagOf(change), change);
        }
    }

    /// <summary>What is wrong with the operations on a bank, for a person; null when nothing is.</summary>
    public static string? Check(string bank, IReadOnlyList<ClientOperation> operations)
    {
        BankOrder order = new(bank, operations);
        string longest = ListEvent.Of(operations, order._log).Where(e => e.IsRead).Select(e => e.Value).MaxBy(v => ListOrder.Tags(v).Count()) ?? "";
        order.Replay(longest);
        return order.WronglySeen() ?? order.WronglyDecided() ?? order.WronglyTold();
    }

    private void Replay(string log)
    {
        foreach (string tag in ListOrder.Tags(log))
        {
            Dictionary<string, string> state = new(_states[^1], StringComparer.Ordinal);
            foreach (ClientOperation part in _changes.GetValueOrDefault(tag)?.Parts.Where(part => part.Key != _log) ?? [])
            {
                if (part.Operation == Operation.Increment)
                {
                    long sum = long.Parse(state.GetValueOrDefault(part.Key, "0"), CultureInfo.InvariantCulture) + part.Argument;
                    state[part.Key] = sum.ToString(CultureInfo.InvariantCulture);
                }
                else if (part.Operation == Operation.Put)
                {
                    state[part.Key] = part.Value;
                }
            }

            _places.TryAdd(tag, _states.Count - 1);
            _states.Add(state);
        }
    }

    /// <summary>A batch that was done though one of its operations must fail, or refused though none can.</summary>
    private string? WronglyDecided()
    {
        foreach (ClientOperation change in _changes.Values)
        {
            bool mustFail = change.Parts.Any(part => part.Key == _log && (part.Operation == Operation.Increment || part.Flags == RequestFlags.IfAbsent));
            bool mayFail = mustFail || change.Parts.Any(part => part.Flags == RequestFlags.IfRevision);
            if (change.Outcome == OperationOutcome.Done ? mustFail : change.Outcome == OperationOutcome.Refused && !mayFail)
            {
                return $"a batch on '{_bank}' was decided wrongly\n  {change}";
            }
        }

        return null;
    }

    /// <summary>An answer to a change that is not what the change gave at its place, or a change whose check its place does not meet.</summary>
    private string? WronglyTold()
    {
        ulong[] revisions = new ulong[_states.Count];
        foreach (ListEvent append in ListEvent.Of(_operations, _log).Where(e => !e.IsRead && e.Source.Outcome == OperationOutcome.Done))
        {
            if (_places.TryGetValue(append.Tag!, out int at))
            {
                revisions[at + 1] = append.Revision;
            }
        }

        foreach (ClientOperation change in _changes.Values.Where(c => c.Outcome == OperationOutcome.Done && _places.ContainsKey(TagOf(c))))
        {
            if (change.Told.Count != change.Parts.Count)
            {
                return $"a batch on '{_bank}' was answered in part\n  {change}";
            }

            int place = _places[TagOf(change)];
            for (int i = 0; i < change.Parts.Count; i++)
            {
                ClientOperation part = change.Parts[i];
                string sum = change.Told[i].Number.ToString(CultureInfo.InvariantCulture);
                if ((part.Operation == Operation.Increment && sum != _states[place + 1][part.Key])
                    || (part.Flags == RequestFlags.IfRevision && revisions[place] != 0 && revisions[place] != part.IfRevision))
                {
                    return $"operation {i} of a batch on '{_bank}', number {place} in its log, "
                        + $"found {Describe(_states[place])}, log r{revisions[place]}\n  {change}";
                }
            }
        }

        return null;
    }

    private string? WronglySeen()
    {
        foreach (ClientOperation read in _operations.Where(o => o.Outcome == OperationOutcome.Done && !o.IsOfOneKey && !IsChange(o)))
        {
            Dictionary<string, string> seen = read.Told.Where(t => t.Found).ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);
            Dictionary<string, string> state = _states[ListOrder.Tags(seen.GetValueOrDefault(_log, "")).Count()];
            seen.Remove(_log);
            if (seen.Count != state.Count || state.Any(pair => seen.GetValueOrDefault(pair.Key) != pair.Value))
            {
                return $"the keys of '{_bank}' are {Describe(state)} by the log that was read with them\n  {read}";
            }
        }

        return null;
    }

    private bool IsChange(ClientOperation operation) => operation.Parts.Any(part => part.Operation == Operation.Append);

    private string TagOf(ClientOperation change) => change.Parts.First(part => part.Operation == Operation.Append).Value;

    private static string Describe(Dictionary<string, string> state) =>
        state.Count == 0 ? "nothing" : string.Join(", ", state.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {p.Value}"));
}
