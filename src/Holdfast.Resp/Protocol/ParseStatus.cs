namespace Holdfast.Resp.Protocol;

/// <summary>What the parser found at the beginning of its input.</summary>
internal enum ParseStatus
{
    /// <summary>A command that is not whole yet.</summary>
    NeedMoreData,

    /// <summary>A whole command.</summary>
    Command,

    /// <summary>Nothing to carry out: an empty line, or an array of no arguments.</summary>
    Nothing,

    /// <summary>A whole command that was too large; its bytes were skipped and <see cref="RespParser.Error"/> says why.</summary>
    Refused,

    /// <summary>Something that is no command: <see cref="RespParser.Error"/> says why, and the connection has lost its frame.</summary>
    ProtocolError,
}
