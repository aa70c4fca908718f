using Holdfast.Api;
using Holdfast.Rest.Tests.Fakes;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Listing;

public sealed class ListingFailureTests : HostedTest
{
    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ndjson")]
    public async Task A_listing_that_fails_at_once_is_a_problem_with_its_status(string accept)
    {
        Gate.Fails = request => request.Partition == 15 ? NoLeader : null;
        Answer answer = await Host.SendAsync("GET", "/v1/kv", $"Accept: {accept}");

        Assert.Equal(503, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.DoesNotContain("outcome", answer.Text);
    }

    [Fact]
    public async Task Lines_that_break_off_end_with_an_error()
    {
        SeedTwoPages();
        Gate.Fails = request => request.Flags.HasFlag(RequestFlags.AfterStart) ? NoLeader : null;
        Answer answer = await Host.SendAsync("GET", "/v1/kv", "Accept: application/x-ndjson");

        Assert.Equal(200, answer.Status);
        string[] lines = answer.Text.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("{\"key\":\"a\",", lines[0]);
        Assert.Equal(
            """{"error":{"type":"urn:holdfast:no-leader","title":"No leader","status":503,"detail":"Why.","code":"no-leader"}}""",
            lines[1]);
        Assert.Empty(lines[2]);
    }

    [Fact]
    public async Task A_document_that_breaks_off_is_cut_so_that_it_is_not_taken_for_whole()
    {
        SeedTwoPages();
        Gate.Fails = request => request.Flags.HasFlag(RequestFlags.AfterStart) ? NoLeader : null;

        await Assert.ThrowsAsync<HttpRequestException>(() => Host.SendAsync("GET", "/v1/kv"));
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_listing()
    {
        SeedTwoPages();
        Gate.Holds = request => request.Flags.HasFlag(RequestFlags.AfterStart);
        using (await Host.OpenAsync("GET", "/v1/kv"))
        {
            await Eventually.HoldsAsync(() => Gate.HeldCount == 1);
        }

        await Eventually.HoldsAsync(() => Gate.OpenSessions == 15);
        Gate.Release();
        Assert.Equal(404, (await Host.SendAsync("GET", "/v1/kv/x")).Status);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_not_read_ahead_for()
    {
        Gate.PartitionCount = 1;
        Gate.Partitions[0].PageItems = 1;
        for (int i = 0; i < 200; i++)
        {
            Gate.Seed(Bytes($"{i:D3}"), new byte[1024 * 1024]);
        }

        using HttpResponseMessage response = await Host.OpenAsync("GET", "/v1/kv");
        int seen = await Eventually.SettlesAsync(() => Gate.Seen.Count);
        Assert.InRange(seen, 1, 100);

        await response.Content.CopyToAsync(Stream.Null);
        Assert.Equal(200, Gate.Seen.Count);
    }

    private static Fault NoLeader => new(FaultCode.NoLeader, Outcome.NotApplied, "Why.");

    /// <summary>Two pages of one partition. The first is so large that the answer begins before the second is there.</summary>
    private void SeedTwoPages()
    {
        FakePartition partition = Gate.PartitionOf("a"u8);
        partition.PageItems = 1;
        partition.Set(Bytes("a"), new byte[100_000]);
        partition.Set(Bytes("b"), Bytes("2"));
    }
}
