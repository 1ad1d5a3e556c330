-- CreateTable
CREATE TABLE "gas_costs" (
    "transaction_id" BIGINT NOT NULL,
    "partner_id" INTEGER NOT NULL,
    "kind" "transaction_kind" NOT NULL,
    "items" INTEGER NOT NULL,
    "gas" BIGINT NOT NULL,
    "wei" DECIMAL(78,0) NOT NULL,
    "mined_block" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "gas_costs_pkey" PRIMARY KEY ("transaction_id","partner_id")
);

-- CreateIndex
CREATE INDEX "gas_costs_partner_id_created_at_idx" ON "gas_costs"("partner_id", "created_at");

-- AddForeignKey
ALTER TABLE "gas_costs" ADD CONSTRAINT "gas_costs_transaction_id_fkey" FOREIGN KEY ("transaction_id") REFERENCES "relay_transactions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
