namespace DataBright.Ethereum;

/// <summary>The addresses of contracts before they exist; the product reads them from receipts.</summary>
public static class CreatedAddresses
{
    extension(Address)
    {
        /// <summary>
        /// The address that a contract gets when <paramref name="creator"/> creates it with its transaction number
        /// <paramref name="nonce"/>.
        /// </summary>
        public static Address OfCreated(Address creator, ulong nonce)
        {
            var rlp = new RlpWriter();
            rlp.BeginList();
            rlp.Write(creator.AsSpan());
            rlp.Write(nonce);
            rlp.End();
            return Address.FromHash(Keccak.Hash(rlp.Written));
        }

        /// <summary>The address that CREATE2 gives (EIP-1014).</summary>
        public static Address OfCreated2(Address creator, Hash32 salt, Hash32 initCodeHash)
        {
            Span<byte> preimage = stackalloc byte[85];
            preimage[0] = 0xff;
            creator.CopyTo(preimage[1..]);
            salt.CopyTo(preimage[21..]);
            initCodeHash.CopyTo(preimage[53..]);
            return Address.FromHash(Keccak.Hash(preimage));
        }
    }
}
