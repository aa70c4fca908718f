using System.Text;
using Holdfast.Net.Loop;

namespace Holdfast.Net.Listening;

/// <summary>Says no in the client's own protocol, then closes; what the client still sends is discarded.</summary>
internal sealed class Refusal(Protocol protocol, RefusalReason reason) : IConnectionHandler
{
    public int InputLimit => ProtocolSniffer.MaxBytes;

    public void OnOpen(LoopConnection connection)
    {
        string? answer = protocol switch
        {
            Protocol.Resp => $"-ERR {Text}\r\n",
            Protocol.Http1 => Http1Answer(),
            _ => null,
        };
        if (answer is not null)
        {
            Encoding.ASCII.GetBytes(answer, connection.Output);
        }

        connection.Close();
    }

    public int OnData(LoopConnection connection, ReadOnlySpan<byte> data) => data.Length;

    public void OnClosed(LoopConnection connection, CloseReason closeReason)
    {
        // There is nothing to give back: it never served anything.
    }

    private string Text => reason == RefusalReason.TooManyConnections
        ? "max number of clients reached"
        : "this port does not serve this protocol";

    private string Http1Answer()
    {
        string status = reason == RefusalReason.TooManyConnections ? "503 Service Unavailable" : "421 Misdirected Request";
        string body = Text + "\n";
        return $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }
}
