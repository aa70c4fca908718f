using System.Text;
using Holdfast.Resp.Protocol;

namespace Holdfast.Resp.Tests.Protocol;

/// <summary>Runs the parser over input that comes in chunks, and writes down what it found as lines.</summary>
internal static class ParserHarness
{
    public const int MaxBulkBytes = 1000;
    public const int MaxCommandBytes = 3000;

    /// <summary>Everything that the parser finds, when the input comes in chunks whose lengths are given one by one.</summary>
    public static List<string> Parse(byte[] input, Func<int> nextChunk)
    {
        RespParser parser = new() { MaxBulkBytes = MaxBulkBytes, MaxCommandBytes = MaxCommandBytes };
        List<string> found = [];
        int start = 0;
        int end = 0;
        while (true)
        {
            while (end > start)
            {
                // A copy of exactly these bytes: the parser can't look beyond, nor rely on where they stand.
                byte[] given = input[start..end];
                ParseStatus status = parser.Read(given, out int used);
                Assert.InRange(used, 0, given.Length);
                if (status == ParseStatus.NeedMoreData)
                {
                    start += used;
                    Assert.True(parser.NeededBytes > end - start, "more input is needed than was given");
                    break;
                }

                found.Add(Describe(parser, status, given));
                if (status == ParseStatus.ProtocolError)
                {
                    return found;
                }

                start += used;
                parser.Next();
            }

            if (end == input.Length)
            {
                return found;
            }

            end = Math.Min(input.Length, end + nextChunk());
        }
    }

    public static List<string> ParseWhole(byte[] input) => Parse(input, () => input.Length);

    private static string Describe(RespParser parser, ParseStatus status, byte[] input)
    {
        if (status != ParseStatus.Command)
        {
            return $"{status} {parser.Error}".TrimEnd();
        }

        RespCommand command = parser.Command(input);
        string[] arguments = new string[command.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Encoding.Latin1.GetString(command[i]);
        }

        return TwinParser.Show(arguments);
    }
}
