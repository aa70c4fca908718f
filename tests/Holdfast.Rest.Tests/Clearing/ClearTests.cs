using Holdfast.Api;
using Holdfast.Primitives;
using Holdfast.Rest.Tests.Fakes;
using Holdfast.Rest.Tests.Hosting;

namespace Holdfast.Rest.Tests.Clearing;

public sealed class ClearTests : HostedTest
{
    [Fact]
    public async Task A_clear_of_a_prefix_deletes_what_begins_so_in_all_partitions_and_steps()
    {
        Seed("a/", 200);
        Seed("b/", 10);
        Answer answer = await Host.SendAsync("DELETE", "/v1/kv?prefix=a/");

        Assert.Equal((200, """{"deleted":200}"""), (answer.Status, answer.Text));
        Assert.Equal(10, Remaining);
        Assert.True(Gate.Seen.Count > 16);
    }

    [Fact]
    public async Task A_clear_of_all_deletes_all()
    {
        Seed("a/", 100);
        Gate.Seed([0xFF, 0xFF], []);

        Assert.Equal("""{"deleted":101}""", (await Host.SendAsync("DELETE", "/v1/kv?all=true")).Text);
        Assert.Equal(0, Remaining);
    }

    [Fact]
    public async Task A_clear_leaves_what_was_written_after_it_began()
    {
        Gate.PartitionCount = 1;
        Seed("a/", 5);
        bool written = false;
        Gate.Fails = request =>
        {
            // On the engine's thread between the first step and the second, as another client's write.
            if (request.Revision != Revision.None && !written)
            {
                written = true;
                Gate.Partitions[0].Set(Bytes("a/3"), Bytes("new"));
                Gate.Partitions[0].Set(Bytes("a/9"), Bytes("new"));
            }

            return null;
        };

        Assert.Equal("""{"deleted":4}""", (await Host.SendAsync("DELETE", "/v1/kv?prefix=a/")).Text);
        Assert.Equal(2, Remaining);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?prefix=")]
    [InlineData("?all=false")]
    [InlineData("?all=yes")]
    [InlineData("?all=true&prefix=")]
    [InlineData("?all=true&prefix=a")]
    [InlineData("?prefx=a")]
    [InlineData("?prefix=a&limit=1")]
    public async Task A_clear_that_does_not_say_what_is_400(string query)
    {
        Seed("a", 3);
        Answer answer = await Host.SendAsync("DELETE", "/v1/kv" + query);

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"outcome\":\"not-applied\"", answer.Text);
        Assert.Equal(3, Remaining);
    }

    [Fact]
    public async Task A_clear_takes_no_condition() =>
        Assert.Equal(400, (await Host.SendAsync("DELETE", "/v1/kv?all=true", "If-Match: *")).Status);

    [Fact]
    public async Task A_clear_that_fails_before_anything_was_deleted_was_not_applied()
    {
        Seed("a", 3);
        Gate.Fails = _ => new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.");
        Answer answer = await Host.SendAsync("DELETE", "/v1/kv?all=true");

        Assert.Equal(503, answer.Status);
        Assert.Contains("\"code\":\"no-leader\",\"outcome\":\"not-applied\"", answer.Text);
    }

    [Fact]
    public async Task A_clear_that_fails_after_a_step_is_not_a_503_since_it_is_applied_in_part()
    {
        Gate.PartitionCount = 1;
        Seed("a", 20);
        Gate.Fails = request => request.Revision == Revision.None ? null : new Fault(FaultCode.NoLeader, Outcome.NotApplied, "Why.");
        Answer answer = await Host.SendAsync("DELETE", "/v1/kv?all=true");

        Assert.Equal(504, answer.Status);
        Assert.Contains("Why. 3 keys were deleted before", answer.Text);
        Assert.Contains("\"code\":\"timeout\",\"outcome\":\"unknown\"", answer.Text);
        Assert.Null(answer.Header("Retry-After"));
        Assert.Equal(17, Remaining);
    }

    [Fact]
    public async Task A_clear_of_which_a_part_is_unknown_is_unknown()
    {
        // All partitions are asked before one fails: the others would stop.
        Gate.Holds = _ => true;
        Gate.Fails = request => new Fault(FaultCode.Timeout, request.Partition == 9 ? Outcome.Unknown : Outcome.NotApplied, "Why.");
        Task<Answer> sent = Host.SendAsync("DELETE", "/v1/kv?all=true");
        await Eventually.HoldsAsync(() => Gate.HeldCount == Gate.PartitionCount);
        Gate.Release();
        Answer answer = await sent;

        Assert.Equal(504, answer.Status);
        Assert.Contains("\"outcome\":\"unknown\"", answer.Text);
    }

    private int Remaining => Gate.Partitions.Sum(partition => partition.Count);

    private void Seed(string prefix, int count)
    {
        for (int i = 0; i < count; i++)
        {
            Gate.Seed(Bytes($"{prefix}{i}"), Bytes("v"));
        }

        foreach (FakePartition partition in Gate.Partitions)
        {
            partition.PageItems = 3;
        }
    }
}
