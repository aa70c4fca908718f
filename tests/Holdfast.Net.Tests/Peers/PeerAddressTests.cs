using Holdfast.Net.Peers;

namespace Holdfast.Net.Tests.Peers;

public sealed class PeerAddressTests
{
    [Fact]
    public async Task A_name_that_is_too_long_for_any_service_has_no_endpoints_so_that_its_lane_goes_on_trying()
    {
        PeerAddress address = PeerAddress.Parse(new string('a', 300) + ":7777");

        Assert.Null(address.WithoutLookup());
        Assert.Empty(await address.LookUpAsync());
    }
}
