namespace Holdfast.Api.Tests;

public class OperationTests
{
    [Fact]
    public void Every_operation_is_known_and_nothing_else()
    {
        for (int number = 0; number < 256; number++)
        {
            bool isOfBatchAlone = (Operation)number is Operation.Check or Operation.Copy or Operation.Rename;
            Assert.Equal(Enum.IsDefined((Operation)number) && !isOfBatchAlone, ((Operation)number).IsKnown());
        }
    }

    [Fact]
    public void What_changes_state_is_a_write()
    {
        Operation[] writes =
        [
            Operation.Put, Operation.Append, Operation.Delete, Operation.Increment, Operation.Clear, Operation.Flush, Operation.Expire,
            Operation.Batch,
        ];
        Assert.Equal(writes, Enum.GetValues<Operation>().Where(operation => operation.IsWrite()));
    }

    [Fact]
    public void The_operations_on_one_key_have_a_key()
    {
        Operation[] keyed =
        [
            Operation.Get, Operation.Measure, Operation.Put, Operation.Append, Operation.Delete, Operation.Increment, Operation.Expire, Operation.Deadline,
            Operation.Batch, Operation.Check, Operation.Copy, Operation.Rename,
        ];
        Assert.Equal(keyed, Enum.GetValues<Operation>().Where(operation => operation.HasKey()));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("61", "62")]
    [InlineData("61ff", "62")]
    [InlineData("ffff", "")]
    [InlineData("00", "01")]
    [InlineData("61fe", "61ff")]
    public void The_end_of_a_prefix_is_the_first_key_after_all_that_begin_with_it(string prefix, string end) =>
        Assert.Equal(end, Convert.ToHexStringLower(KeyRange.EndOfPrefix(Convert.FromHexString(prefix))));
}
