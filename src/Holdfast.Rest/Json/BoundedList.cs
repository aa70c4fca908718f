using System.Collections.ObjectModel;
using Holdfast.Api;

namespace Holdfast.Rest.Json;

/// <summary>A list of a body, with as many items as a batch may have: a body of countless small items is refused before they fill the memory.</summary>
internal sealed class BoundedList<T> : Collection<T>
{
    /// <inheritdoc/>
    protected override void InsertItem(int index, T item)
    {
        if (index == Limits.MaxBatchOperations)
        {
            throw new BodyException($"There are more than {Limits.MaxBatchOperations} items.");
        }

        if (item is null)
        {
            throw new BodyException("An item is null.");
        }

        base.InsertItem(index, item);
    }
}
