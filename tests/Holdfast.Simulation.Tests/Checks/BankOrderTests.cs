using Holdfast.Api;

namespace Holdfast.Simulation.Tests;

public class BankOrderTests
{
    private const string Bank = "{bank0}";
    private static readonly string Log = SharedKeys.LogOf(Bank);
    private static readonly string From = Bank + SharedKeys.Accounts[0];
    private static readonly string To = Bank + SharedKeys.Accounts[1];

    [Fact]
    public void Reads_of_whole_batches_are_accepted() => Assert.Null(BankOrder.Check(Bank,
    [
        Transfer(1, "a;", 5, -5, 5),
        Transfer(3, "b;", 1, -6, 6),
        Read(2, ("a;", "-5", "5")),
        Page(5, ("a;b;", "-6", "6")),
    ]));

    [Fact]
    public void A_batch_of_unknown_outcome_is_there_wholly_or_not_at_all()
    {
        ClientOperation lost = Transfer(1, "a;", 5, 0, 0) with { Outcome = OperationOutcome.Unknown, Completed = long.MaxValue, Told = [] };

        Assert.Null(BankOrder.Check(Bank, [lost, Read(3, ("", null, null))]));
        Assert.Null(BankOrder.Check(Bank, [lost, Read(3, ("a;", "-5", "5"))]));
        Assert.Contains("by the log", BankOrder.Check(Bank, [lost, Read(3, ("", "-5", "5"))]));
    }

    [Theory]
    [InlineData("a;", "-5", null)]
    [InlineData("a;", "-5", "4")]
    [InlineData("", "-5", "5")]
    [InlineData("a;", null, null)]
    public void A_batch_that_is_seen_in_part_is_found(string log, string? from, string? to)
    {
        ClientOperation end = Read(9, ("a;", "-5", "5"));

        Assert.Contains("by the log", BankOrder.Check(Bank, [Transfer(1, "a;", 5, -5, 5), Read(2, (log, from, to)), end]));
        Assert.Contains("by the log", BankOrder.Check(Bank, [Transfer(1, "a;", 5, -5, 5), Page(2, (log, from, to)), end]));
    }

    [Fact]
    public void A_sum_that_is_not_that_of_the_place_is_found() =>
        Assert.Contains("number 0", BankOrder.Check(Bank, [Transfer(1, "a;", 5, -5, 6), Read(2, ("a;", "-5", "5"))]));

    [Fact]
    public void A_batch_that_was_done_though_it_must_fail_is_found()
    {
        ClientOperation done = Transfer(1, "a;", 5, -5, 5);
        ClientOperation doomed = done with { Parts = [.. done.Parts, Part(Operation.Check, Log) with { Flags = RequestFlags.IfAbsent }] };

        Assert.Contains("decided wrongly", BankOrder.Check(Bank, [doomed, Read(3, ("a;", "-5", "5"))]));
    }

    [Fact]
    public void A_batch_that_was_refused_though_it_can_not_fail_is_found() =>
        Assert.Contains("decided wrongly", BankOrder.Check(Bank, [Transfer(1, "a;", 5, 0, 0) with { Outcome = OperationOutcome.Refused, Told = [] }]));

    [Fact]
    public void A_check_that_its_place_does_not_meet_is_found()
    {
        ClientOperation second = Checked(Transfer(2, "b;", 1, -6, 6), revision: 7);
        ClientOperation end = Read(9, ("a;b;", "-6", "6"));

        Assert.Null(BankOrder.Check(Bank, [Transfer(1, "a;", 5, -5, 5, revision: 7), second, end]));
        Assert.Contains("number 1", BankOrder.Check(Bank, [Transfer(1, "a;", 5, -5, 5, revision: 8), second, end]));
    }

    private static ClientOperation Checked(ClientOperation change, ulong revision) => change with
    {
        Parts = [Part(Operation.Check, Log) with { Flags = RequestFlags.IfRevision, IfRevision = revision }, .. change.Parts],
        Told = [new KeyAnswer(Log, true, "", 0, 0, revision), .. change.Told],
    };

    private static ClientOperation Transfer(long from, string tag, long amount, long left, long sum, ulong revision = 1) => At(from) with
    {
        Operation = Operation.Batch,
        Parts =
        [
            Part(Operation.Append, Log) with { Value = tag },
            Part(Operation.Increment, From) with { Argument = -amount },
            Part(Operation.Increment, To) with { Argument = amount },
        ],
        Told =
        [
            new KeyAnswer(Log, true, "", 0, 0, revision),
            new KeyAnswer(From, true, "", left, 0, 0),
            new KeyAnswer(To, true, "", sum, 0, 0),
        ],
    };

    private static ClientOperation Read(long from, (string Log, string? From, string? To) seen)
    {
        KeyAnswer[] told = [Told(Log, seen.Log), Told(From, seen.From), Told(To, seen.To)];
        return At(from) with
        {
            Operation = Operation.Batch,
            Parts = [.. told.Select(t => Part(Operation.Get, t.Key))],
            Told = told,
        };
    }

    private static ClientOperation Page(long from, (string Log, string? From, string? To) seen)
    {
        ClientOperation read = Read(from, seen);
        return read with { Operation = Operation.List, Key = Bank, Parts = [], Told = [.. read.Told.Where(t => t.Found)] };
    }

    private static KeyAnswer Told(string key, string? value) => new(key, !string.IsNullOrEmpty(value), value ?? "", 0, 0, 0);

    private static ClientOperation At(long from) => new()
    {
        Invoked = from,
        Completed = from + 1,
        Operation = Operation.Get,
        Key = Log,
        Outcome = OperationOutcome.Done,
    };

    private static ClientOperation Part(Operation operation, string key) => new() { Invoked = 0, Operation = operation, Key = key };
}
