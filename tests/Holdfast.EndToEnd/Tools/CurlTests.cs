using Holdfast.EndToEnd.Harness;

namespace Holdfast.EndToEnd.Tools;

/// <summary>What a user tries first.</summary>
[Collection(SteadyCluster.Name)]
public sealed class CurlTests(SteadyCluster steady)
{
    [FactNeeding("curl")]
    public async Task Curl_puts_gets_appends_and_deletes_through_any_node()
    {
        Assert.EndsWith(" 201", await CurlAsync(0, "-X", "PUT", "-d", "hello", "/v1/kv/curl/greeting"), StringComparison.Ordinal);
        Assert.Equal("hello 200", await CurlAsync(1, "/v1/kv/curl/greeting"));
        string appended = await CurlAsync(2, "-X", "POST", "-d", " world", "/v1/kv/curl/greeting?op=append");
        Assert.EndsWith(" 200", appended, StringComparison.Ordinal);
        Assert.Equal("hello world 200", await CurlAsync(0, "/get?key=curl/greeting"));
        Assert.StartsWith("""{"deleted":1""", await CurlAsync(1, "-X", "DELETE", "/v1/kv/curl/greeting"), StringComparison.Ordinal);
        Assert.EndsWith(" 404", await CurlAsync(2, "/v1/kv/curl/greeting"), StringComparison.Ordinal);
    }

    [FactNeeding("curl")]
    public async Task Curl_speaks_HTTP_2_on_the_same_port_without_asking_first() =>
        Assert.Equal("""{"status":"ready"} 200""", await CurlAsync(0, "--http2-prior-knowledge", "/health/ready"));

    [FactNeeding("curl")]
    public async Task A_large_value_comes_back_as_it_went_in()
    {
        using var folder = new TemporaryFolder();
        byte[] value = new byte[4 * 1024 * 1024];
        new Random(1).NextBytes(value);
        await File.WriteAllBytesAsync(folder["in"], value);
        string put = await CurlAsync(0, "-X", "PUT", "--data-binary", $"@{folder["in"]}", "/v1/kv/curl/large");
        Assert.EndsWith(" 201", put, StringComparison.Ordinal);
        Assert.Equal(" 200", await CurlAsync(1, "-o", folder["out"], "/v1/kv/curl/large"));
        Assert.Equal(value, await File.ReadAllBytesAsync(folder["out"]));
    }

    private async Task<string> CurlAsync(int id, params string[] arguments) => (await Tool.RunAsync(
        "curl", ["-sS", "-w", " %{http_code}", .. arguments[..^1], $"localhost:{steady.Nodes.PortOf(id)}{arguments[^1]}"])).Succeeded().Out;
}
