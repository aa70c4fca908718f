using System.Text;
using Holdfast.Primitives;
using Holdfast.Resp.Protocol;
using Holdfast.Resp.Tests.Fakes;

namespace Holdfast.Resp.Tests.Protocol;

public sealed class RespParserTests
{
    private static readonly string Large = new('v', ParserHarness.MaxBulkBytes + 1);
    private static readonly string Fitting = new('v', ParserHarness.MaxBulkBytes);

    public static TheoryData<string, string[]> Inputs => new()
    {
        { "*1\r\n$4\r\nPING\r\n", ["Command <PING>"] },
        { "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nb!\r\n", ["Command <SET> <k> <a\r\nb!>"] },
        { "*2\r\n$3\r\nGET\r\n$0\r\n\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n", ["Command <GET> <>", "Command <PING>", "Command <QUIT>"] },
        { "*0\r\n*-1\r\n\r\n*1\r\n$1\r\na\r\n", ["Nothing", "Nothing", "Nothing", "Command <a>"] },
        { "set \"a\\x41\\n\\\"\" 'it\\'s' plain\\n\r\nx\n", ["Command <set> <aA\n\"> <it's> <plain\\n>", "Command <x>"] },
        { "*1\r\n:1\r\n", ["ProtocolError Protocol error: expected '$', got ':'"] },
        { "*1\r\n$-1\r\n", ["ProtocolError Protocol error: invalid bulk length"] },
        { "*1\r\n$01\r\n", ["ProtocolError Protocol error: invalid bulk length"] },
        { "*1\r\n$536870913\r\n", ["ProtocolError Protocol error: invalid bulk length"] },
        { "*x\r\n", ["ProtocolError Protocol error: invalid multibulk length"] },
        { "*1048577\r\n", ["ProtocolError Protocol error: invalid multibulk length"] },
        { "*99999999999999999999\r\n", ["ProtocolError Protocol error: invalid multibulk length"] },
        { "a \"b\r\n", ["ProtocolError Protocol error: unbalanced quotes in request"] },
        { "a 'b'c\r\n", ["ProtocolError Protocol error: unbalanced quotes in request"] },
        {
            FakeConnection.Encode("SET", "k", Large) + "PING\r\n",
            ["Refused string exceeds maximum allowed size (proto-max-bulk-len)", "Command <PING>"]
        },
        {
            FakeConnection.Encode("SET", Large, "v", "w") + FakeConnection.Encode("GET", "k"),
            ["Refused string exceeds maximum allowed size (proto-max-bulk-len)", "Command <GET> <k>"]
        },
        { FakeConnection.Encode("SET", "k", Fitting), [$"Command <SET> <k> <{Fitting}>"] },
        {
            FakeConnection.Encode("MSET", Fitting, Fitting, Fitting) + "PING\r\n",
            ["Refused command exceeds maximum allowed size of 3000 bytes", "Command <PING>"]
        },
        { "*2\r\n$1001\r\n" + Large + "\r\n:1\r\n", ["ProtocolError Protocol error: expected '$', got ':'"] },
    };

    [Theory]
    [MemberData(nameof(Inputs))]
    public void Input_means_the_same_wherever_it_is_split(string text, string[] expected)
    {
        byte[] input = Encoding.Latin1.GetBytes(text);
        Assert.Equal(expected, ParserHarness.ParseWhole(input));
        Assert.Equal(expected, ParserHarness.Parse(input, () => 1));
        for (int split = 1; split < input.Length; split++)
        {
            int[] chunks = [split, input.Length];
            int next = 0;
            Assert.Equal(expected, ParserHarness.Parse(input, () => chunks[next++]));
        }
    }

    [Fact]
    public void A_line_without_end_is_refused_at_its_limit()
    {
        byte[] atLimit = Encoding.Latin1.GetBytes(new string('a', RespParser.MaxLineBytes) + "\n");
        Assert.StartsWith("Command <aaa", ParserHarness.ParseWhole(atLimit)[0]);
        foreach (string start in new[] { "", "*", "*1\r\n$" })
        {
            byte[] input = Encoding.Latin1.GetBytes(start + new string('1', RespParser.MaxLineBytes + 1));
            string error = Assert.Single(ParserHarness.Parse(input, () => 1000));
            Assert.Contains("too big", error);
            Assert.Equal(TwinParser.Parse(input), [error]);
        }
    }

    [Fact]
    public void A_value_that_arrives_in_many_pieces_is_not_parsed_again()
    {
        RespParser parser = new() { MaxBulkBytes = 1 << 20, MaxCommandBytes = 1 << 21 };
        byte[] input = Encoding.Latin1.GetBytes(FakeConnection.Encode("SET", "k", new string('v', 1 << 20)));
        Assert.Equal(ParseStatus.NeedMoreData, parser.Read(input.AsSpan(0, 100), out _));
        Assert.Equal(input.Length, parser.NeededBytes);

        // Whatever stands where the parser has been makes no difference.
        input.AsSpan(0, 10).Fill((byte)'?');
        Assert.Equal(ParseStatus.Command, parser.Read(input, out int used));
        Assert.Equal(input.Length, used);
        Assert.Equal(3, parser.Command(input).Count);
    }

    [Fact]
    public void A_command_may_have_a_million_arguments()
    {
        StringBuilder text = new($"*{RespParser.MaxArguments}\r\n");
        for (int i = 0; i < RespParser.MaxArguments; i++)
        {
            text.Append("$1\r\na\r\n");
        }

        byte[] input = Encoding.Latin1.GetBytes(text.ToString());
        RespParser parser = new() { MaxBulkBytes = 10, MaxCommandBytes = input.Length };
        Assert.Equal(ParseStatus.Command, parser.Read(input, out int used));
        Assert.Equal(input.Length, used);
        Assert.Equal(RespParser.MaxArguments, parser.Command(input).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void The_parser_and_its_slow_twin_agree_on_damaged_input(ulong seed)
    {
        SeededRandom random = new(seed);
        for (int round = 0; round < 3000; round++)
        {
            byte[] input = RandomInput(random);
            List<string> expected = TwinParser.Parse(input);
            SeededRandom cuts = random.Fork();
            List<string> actual = ParserHarness.Parse(input, () => cuts.Next(1, 40));
            Assert.True(
                expected.SequenceEqual(actual),
                $"seed {seed} round {round}: {Encoding.Latin1.GetString(input)}\n{string.Join('\n', expected)}\n-- but --\n{string.Join('\n', actual)}");
        }
    }

    private static byte[] RandomInput(SeededRandom random)
    {
        StringBuilder text = new();
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            text.Append(random.Next(8) switch
            {
                0 => "PING\r\n",
                1 => "set \"a b\\x4f\" 'c\\'d' e\n",
                2 => "*0\r\n",
                3 => FakeConnection.Encode("SET", "k", new string('x', random.Next(1200))),
                4 => FakeConnection.Encode([.. Enumerable.Repeat(new string('y', random.Next(300)), random.Next(1, 12))]),
                _ => FakeConnection.Encode("GET", new string('k', random.Next(20))),
            });
        }

        byte[] input = Encoding.Latin1.GetBytes(text.ToString());
        const string Likely = "*$:\r\n\"'\\ 0123456789-x\0a";
        for (int i = random.Next(4); i > 0; i--)
        {
            input[random.Next(input.Length)] = (byte)Likely[random.Next(Likely.Length)];
        }

        return input;
    }
}
