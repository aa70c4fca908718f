using System.Net.Sockets;
using System.Runtime.InteropServices;
using Holdfast.Net.Listening;
using Holdfast.Net.Tests.Support;

namespace Holdfast.Net.Tests.Listening;

public sealed partial class DescriptorExhaustionTests
{
    private const int OpenFiles = 7;
    private const int TooManyOpen = 24;
    private const int UsedByAnyProcess = 3;

    [Fact]
    public void Without_a_free_descriptor_others_are_served_and_the_new_client_as_soon_as_there_is_one()
    {
        using var test = new TestLoop();
        using PortListener listener = test.Listen(_ => new TestHandler());
        using Socket served = TestClient.Connect(listener);
        Echo(served);
        using Socket waiting = TestClient.Create(listener.EndPoints[0]);

        Assert.Equal(0, GetLimit(OpenFiles, out Limit usual));
        Limit none = usual with { Soft = UsedByAnyProcess };
        Assert.Equal(0, SetLimit(OpenFiles, in none));
        try
        {
            waiting.Connect(listener.EndPoints[0]);
            Eventually.True(() => !test.Observer.AcceptFailures.IsEmpty, "accepting fails");
            Echo(served);
        }
        finally
        {
            Assert.Equal(0, SetLimit(OpenFiles, in usual));
        }

        Echo(waiting);
        Assert.All(test.Observer.AcceptFailures, errno => Assert.Equal(TooManyOpen, errno));
    }

    private static void Echo(Socket client)
    {
        client.Send("*"u8);
        Assert.Equal("*"u8, client.ReceiveExactly(1));
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(nuint Soft, nuint Hard);
}
