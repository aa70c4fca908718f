namespace Holdfast.Storage.Tests.Fakes;

/// <summary>What a write past the cache may do on a real disk: what stood behind the data in its last block of 4 KiB is gone.</summary>
internal static class AlignedWrite
{
    private const long BlockBytes = 4096;

    /// <summary>The data with zeros up to the end of its last block, or of the file, where that is nearer.</summary>
    public static byte[] Pad(long offset, ReadOnlySpan<byte> data, long fileBytes)
    {
        long dataEnd = offset + data.Length;
        long blockEnd = (dataEnd + BlockBytes - 1) / BlockBytes * BlockBytes;
        var padded = new byte[Math.Max(dataEnd, Math.Min(blockEnd, fileBytes)) - offset];
        data.CopyTo(padded);
        return padded;
    }
}
