using System.Buffers;
using Holdfast.Primitives;

namespace Holdfast.Keyspace;

/// <content>Changing several keys at once.</content>
public sealed partial class Keyspace
{
    /// <summary>
    /// The most bytes of values that one batch may show and copy, so that few bytes of log can't ask for much work and memory. Part of
    /// what the log means: never changes.
    /// </summary>
    internal const long MaxBatchBytes = 64 << 20;

    private readonly BatchUndo _undo = new();
    private readonly BatchResultWriter _results = new();

    private void ApplyBatch(in Command batch, ref ApplyResult result, IBufferWriter<byte>? output)
    {
        bool atomic = batch.Mode == BatchMode.Atomic;

        // The results of one that is to be known again must fit among those kept, which shows at its end.
        bool mayBeUndone = atomic || !batch.Origin.IsNone;
        if (mayBeUndone)
        {
            _undo.Begin(Revision, _history.Mark());
        }

        int failedAt = Run(batch, atomic, output is not null, ref result);
        bool fits = batch.Origin.IsNone || _sessions.HasRoom(_results.Size);
        if (mayBeUndone)
        {
            if (failedAt < 0 && fits)
            {
                DropImages();
            }
            else
            {
                PutImagesBack();
            }

            _undo.End();
        }

        if (!fits)
        {
            _results.Reset();
            result = default;
            result.Status = ApplyStatus.SessionsFull;
            return;
        }

        result.FailedAt = failedAt;
        result.Revision = Revision;
        if (output is not null)
        {
            _results.WriteTo(output, result.Status, failedAt, Revision);
        }

        _results.Reset();
    }

    // Returns the index of the operation that failed the batch, or -1.
    private int Run(in Command batch, bool atomic, bool keepsItems, ref ApplyResult result)
    {
        var operations = new BatchOperations(batch.Value);
        long budget = MaxBatchBytes;
        for (int i = 0; i < batch.Limit; i++)
        {
            operations.Read(out Command operation);
            ApplyResult item = default;
            RunOne(operation, ref budget, ref item);
            bool fails = (atomic || operation.Kind == CommandKind.Check) && IsFailure(operation.Kind, item.Status);
            if (keepsItems)
            {
                if (fails)
                {
                    _results.Reset();
                }

                _results.Add(item, operation.ReturnsOldValue && item.Found);
            }

            if (fails)
            {
                result.Status = item.Status;
                return i;
            }
        }

        return -1;
    }

    private void RunOne(in Command operation, ref long budget, ref ApplyResult item)
    {
        FreeShown();
        long cost = ValueBytesOf(operation);
        if (cost > budget)
        {
            item.Status = ApplyStatus.BatchTooLarge;
            return;
        }

        budget -= cost;
        Revision before = Revision;
        ApplyToKey(operation, ref item);
        item.Changed = Revision != before;
    }

    // The bytes of values that an operation shows or copies.
    private long ValueBytesOf(in Command operation)
    {
        bool copies = operation.Kind is CommandKind.Copy or CommandKind.Rename;
        return (copies || operation.ReturnsOldValue) && TryGet(operation.Slot, operation.Key, out ValueView value) ? value.Value.Length : 0;
    }

    private static bool IsFailure(CommandKind kind, ApplyStatus status) => status switch
    {
        ApplyStatus.Applied => false,
        ApplyStatus.NotFound => kind is CommandKind.Copy or CommandKind.Rename,
        _ => true,
    };

    // The batch stands: what was before it goes, or to a walk that still has to write it.
    private void DropImages()
    {
        foreach (ref readonly BatchUndo.Image image in _undo.Images)
        {
            if (!image.Old.IsNone && !(_walk is not null && _walk.Keys.TryTake(_state.PlaceOf(image.Old), image.Old)))
            {
                _state.Records.Free(image.Old);
            }
        }
    }

    // The batch failed: all is put back as it was, the last change first.
    private void PutImagesBack()
    {
        _history.CutBack(_undo.Mark);
        ReadOnlySpan<BatchUndo.Image> images = _undo.Images;
        for (int i = images.Length - 1; i >= 0; i--)
        {
            Record old = images[i].Old;
            RestoreChain(images[i]);
            Slot slot = old.IsNone ? images[i].Slot : old.Slot;
            ReadOnlySpan<byte> key = old.IsNone ? _undo.KeyOf(images[i]) : old.Key;
            KeyPlace place = _state.PlaceOf(slot, key);
            Record current = _state.Find(place, slot, key);
            if (current.IsNone)
            {
                // A key that the batch added may be gone again.
                if (!old.IsNone)
                {
                    _state.Add(place, old);
                }

                continue;
            }

            if (old.IsNone)
            {
                _state.Remove(place, current);
            }
            else
            {
                _state.Replace(place, current, old);
            }

            _state.Records.Free(current);
        }

        Revision = _undo.Before;
    }

    private unsafe void RestoreChain(in BatchUndo.Image image)
    {
        if (image.Chain != null)
        {
            _history.Chains.Restore(image.Chain, image.Old);
        }
    }
}
