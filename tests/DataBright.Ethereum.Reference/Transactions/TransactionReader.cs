using System.Security.Cryptography;

namespace DataBright.Ethereum;

/// <summary>Reads signed transactions, which the product only writes.</summary>
public static class TransactionReader
{
    extension(SignedTransaction signed)
    {
        /// <summary>The hash by which the chain knows the transaction.</summary>
        public Hash32 Hash => Keccak.Hash(signed.Encode());

        /// <summary>The account that signed.</summary>
        /// <exception cref="CryptographicException">No key can have made the signature.</exception>
        public Address Sender => Signature.Recover(signed.Transaction.SigningHash, signed.Signature);
    }

    extension(SignedTransaction)
    {
        /// <summary>Reads a signed transaction of type 0 (legacy), 1 or 2.</summary>
        /// <exception cref="RlpException">The bytes are no such transaction, or not its canonical form.</exception>
        public static SignedTransaction Decode(ReadOnlySpan<byte> raw)
        {
            if (raw.IsEmpty)
                throw new RlpException("A transaction has at least one byte.");
            var type = raw[0];
            if (type < 0xc0 && type is not (1 or 2))
                throw new RlpException($"A transaction of type {type} is not known here; legacy ones and types 1 and 2 are.");
            var outer = new RlpReader(type < 0xc0 ? raw[1..] : raw);
            var fields = outer.List();
            outer.End();
            var read = type switch { 1 => Read2930(ref fields), 2 => Read1559(ref fields), _ => ReadLegacy(ref fields) };
            fields.End();
            return read;
        }
    }

    private static SignedTransaction ReadLegacy(ref RlpReader fields)
    {
        var (nonce, price) = (fields.UInt64(), fields.Number());
        var call = ReadCall(ref fields);
        var (v, r, s) = (fields.Number(), fields.Number(), fields.Number());
        ulong? chain = null;
        var odd = v == 28u;
        if (v != 27u && v != 28u)
        {
            if (v < 35u || v > (UInt128)ulong.MaxValue * 2 + 36)
                throw new RlpException($"A legacy signature has v = {v}; 27, 28 or at least 35 is expected.");
            var shifted = (UInt128)v - 35;
            (chain, odd) = ((ulong)(shifted >> 1), (shifted & 1) == 1);
        }
        return new SignedTransaction(
            new LegacyTransaction
            {
                ChainId = chain,
                Nonce = nonce,
                GasPrice = price,
                Gas = call.Gas,
                To = call.To,
                Value = call.Value,
                Data = call.Data,
            },
            new Signature(r, s, odd));
    }

    private static SignedTransaction Read2930(ref RlpReader fields)
    {
        var (chain, nonce, price) = (fields.UInt64(), fields.UInt64(), fields.Number());
        var call = ReadCall(ref fields);
        var transaction = new Transaction2930
        {
            ChainId = chain,
            Nonce = nonce,
            GasPrice = price,
            Gas = call.Gas,
            To = call.To,
            Value = call.Value,
            Data = call.Data,
            AccessList = ReadAccessList(ref fields),
        };
        return new SignedTransaction(transaction, ReadSignature(ref fields));
    }

    private static SignedTransaction Read1559(ref RlpReader fields)
    {
        var (chain, nonce) = (fields.UInt64(), fields.UInt64());
        var (tip, fee) = (fields.Number(), fields.Number());
        var call = ReadCall(ref fields);
        var transaction = new Transaction1559
        {
            ChainId = chain,
            Nonce = nonce,
            MaxPriorityFeePerGas = tip,
            MaxFeePerGas = fee,
            Gas = call.Gas,
            To = call.To,
            Value = call.Value,
            Data = call.Data,
            AccessList = ReadAccessList(ref fields),
        };
        return new SignedTransaction(transaction, ReadSignature(ref fields));
    }

    private static (ulong Gas, Address? To, Uint256 Value, byte[] Data) ReadCall(ref RlpReader fields)
    {
        var gas = fields.UInt64();
        var to = fields.Bytes();
        if (to.Length is not (0 or Address.Size))
            throw new RlpException($"A transaction's receiver has {to.Length} bytes; 20 or none are expected.");
        return (gas, to.IsEmpty ? null : new Address(to), fields.Number(), fields.Bytes().ToArray());
    }

    private static List<AccessListEntry> ReadAccessList(ref RlpReader fields)
    {
        var entries = new List<AccessListEntry>();
        var list = fields.List();
        while (!list.IsAtEnd)
        {
            var entry = list.List();
            var address = new Address(entry.Bytes(Address.Size));
            var keys = new List<Hash32>();
            var slots = entry.List();
            while (!slots.IsAtEnd)
                keys.Add(new Hash32(slots.Bytes(Hash32.Size)));
            entry.End();
            entries.Add(new AccessListEntry(address, keys));
        }
        return entries;
    }

    private static Signature ReadSignature(ref RlpReader fields)
    {
        var parity = fields.UInt64();
        if (parity > 1)
            throw new RlpException($"A signature's y parity is {parity}; 0 or 1 is expected.");
        return new Signature(fields.Number(), fields.Number(), parity == 1);
    }
}
