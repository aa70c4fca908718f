using Holdfast.Primitives;

namespace Holdfast.Simulation.Tests;

public class SparseBytesTests
{
    [Fact]
    public void It_behaves_like_an_array_of_bytes()
    {
        SeededRandom random = new(5);
        SparseBytes sparse = new();
        byte[] plain = [];
        for (int step = 0; step < 2_000; step++)
        {
            int offset = random.Next(20_000);
            if (random.Chance(0.2))
            {
                Array.Resize(ref plain, offset);
                sparse.SetLength(offset);
            }
            else
            {
                byte[] data = new byte[random.Next(1, 9_000)];
                data.AsSpan().Fill((byte)random.Next(1, 256));
                Array.Resize(ref plain, Math.Max(plain.Length, offset + data.Length));
                data.CopyTo(plain, offset);
                sparse.Write(offset, data);
            }

            Assert.Equal(plain.Length, sparse.Length);
            byte[] all = new byte[plain.Length + 10];
            Assert.Equal(plain.Length, sparse.Copy().Read(0, all));
            Assert.True(plain.AsSpan().SequenceEqual(all.AsSpan(0, plain.Length)));
        }
    }
}
