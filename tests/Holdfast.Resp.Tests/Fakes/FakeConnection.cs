using System.Buffers;
using System.Text;

namespace Holdfast.Resp.Tests.Fakes;

/// <summary>
/// The host of one session, without a socket. Text stands for bytes, a character each. Unconsumed input is kept and offered
/// again as the contract says.
/// </summary>
public sealed class FakeConnection : IRespOutput, IDisposable
{
    private readonly FakeNode _node;
    private readonly List<byte> _input = [];
    private ArrayBufferWriter<byte> _output = new();

    public FakeConnection(FakeNode node, RespOptions options, RespEndpoints endpoints)
    {
        _node = node;
        Session = new RespSession(options, node.Server, this, endpoints);
    }

    public RespSession Session { get; }

    public IBufferWriter<byte> Writer => _output;

    /// <summary>Stands for bytes that the client does not take.</summary>
    public long UnsentBytes { get; set; }

    public bool CloseRequested { get; private set; }

    public int Changes { get; private set; }

    /// <summary>Input that the session has not used up.</summary>
    public int Unconsumed => _input.Count;

    public void Changed() => Changes++;

    public void RequestClose() => CloseRequested = true;

    public void Dispose() => Session.Dispose();

    /// <summary>Gives input and offers it as long as the session takes it; nothing is delivered.</summary>
    public void Feed(string bytes)
    {
        _input.AddRange(Encoding.Latin1.GetBytes(bytes));
        Offer();
    }

    /// <summary>Offers again what was not used up.</summary>
    public void Offer()
    {
        int before;
        do
        {
            before = _input.Count;
            if (before == 0 || !Session.WantsInput)
            {
                return;
            }

            _input.RemoveRange(0, Session.Consume(_input.ToArray()));
        }
        while (_input.Count < before);
    }

    /// <summary>What was written since the last call.</summary>
    public string Take()
    {
        string text = Encoding.Latin1.GetString(_output.WrittenSpan);
        _output = new ArrayBufferWriter<byte>();
        return text;
    }

    /// <summary>Gives input, has everything answered, and returns what was written.</summary>
    public string Send(string bytes)
    {
        Feed(bytes);
        int before;
        do
        {
            before = _input.Count;
            _node.Gate.DeliverAll();
            Offer();
        }
        while (_input.Count < before || _node.Gate.Waiting > 0);
        return Take();
    }

    /// <summary>Sends one command as an array of bulk strings.</summary>
    public string Call(params string[] arguments) => Send(Encode(arguments));

    /// <summary>A command as an array of bulk strings.</summary>
    public static string Encode(params string[] arguments) =>
        $"*{arguments.Length}\r\n" + string.Concat(arguments.Select(argument => $"${argument.Length}\r\n{argument}\r\n"));
}
