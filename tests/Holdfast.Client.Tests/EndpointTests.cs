namespace Holdfast.Client.Tests;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("localhost:8000", "localhost", 8000)]
    [InlineData("10.0.0.1:1", "10.0.0.1", 1)]
    [InlineData("[::1]:65535", "::1", 65535)]
    public void An_address_is_read_and_written_alike(string text, string host, int port)
    {
        Assert.True(Endpoint.TryParse(text, out Endpoint? endpoint));
        Assert.Equal(new Endpoint(host, port), endpoint);
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData(":8000")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("::1:8000")]
    [InlineData("a b:8000")]
    [InlineData("[]:8000")]
    public void What_is_no_address_is_refused(string text) => Assert.False(Endpoint.TryParse(text, out _));
}
