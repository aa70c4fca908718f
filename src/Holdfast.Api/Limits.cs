namespace Holdfast.Api;

/// <summary>The bounds of the contract that every front end checks and the engine checks again.</summary>
public static class Limits
{
    /// <summary>The longest key, in bytes. The shortest is one byte.</summary>
    public const int MaxKeyBytes = 4096;

    /// <summary>The longest value in bytes unless the operator sets another.</summary>
    public const int DefaultMaxValueBytes = 16 * 1024 * 1024;

    /// <summary>The longest idempotency key, in bytes.</summary>
    public const int MaxTokenBytes = 255;

    /// <summary>The most operations that a batch has.</summary>
    public const int MaxBatchOperations = 10_000;

    /// <summary>The most bytes that the operations of a batch have in all, as <see cref="Request"/> encodes them.</summary>
    public const int MaxBatchBytes = 24 * 1024 * 1024;

    /// <summary>How long a request may take in ms when the client names no deadline.</summary>
    public const int DefaultTimeoutMs = 5000;

    /// <summary>The most bytes of items that one page of a listing carries.</summary>
    public const int PageBytes = 256 * 1024;
}
